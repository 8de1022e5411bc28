"""Ten ratings as they are typed."""

from surveys.enums import Motive
from surveys.rating_forms import RatingsForm


def typed(**changes: str) -> dict[str, str]:
    """Return ten ratings as a browser sends them: the first motive 1, the last 10."""
    return {f"rating_{motive}": str(place) for place, motive in enumerate(Motive, 1)} | changes


def test_ratings_come_in_the_order_of_motives() -> None:
    form = RatingsForm(typed())
    assert form.is_valid()
    assert form.ratings() == (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)


def test_every_motive_is_asked_for() -> None:
    form = RatingsForm({"rating_pay": "7"})
    assert not form.is_valid()
    assert sorted(form.errors) == sorted(f"rating_{motive}" for motive in Motive if motive != Motive.PAY)


def test_only_whole_numbers_from_1_to_10_are_taken() -> None:
    for wrong in ("0", "11", "-1", "5.5", "ten", "", "\0"):
        form = RatingsForm(typed(rating_help=wrong))
        assert list(form.errors) == ["rating_help"], wrong


def test_rows_keep_what_was_chosen_and_say_what_is_wrong() -> None:
    rows = RatingsForm(typed(rating_help="11")).rows()
    assert [row.name for row in rows] == [f"rating_{motive}" for motive in Motive]
    assert [row.value for row in rows] == ["1", "2", "3", "4", "5", "6", "7", "8", "11", "10"]
    assert [row.name for row in rows if row.error] == ["rating_help"]
