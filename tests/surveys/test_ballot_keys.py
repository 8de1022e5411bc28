"""Private keys: in both folders or in none, for this account only, and gone for good when destroyed."""

from pathlib import Path
from typing import Any

import pytest
from nacl.public import PrivateKey, PublicKey, SealedBox

from surveys.ballot_keys import CONTENT, KeyNotKeptError, create_key, destroy_key, folders, kept_keys, kept_since, read_key


def files() -> list[Path]:
    """Return everything that lies in the folders."""
    return sorted(path for folder in folders() if folder.exists() for path in folder.iterdir())


def test_a_key_lies_whole_in_both_folders_for_nobody_else_to_read() -> None:
    public = create_key("wave-a_1")
    assert [path.name for path in files()] == ["wave-a_1.key", "wave-a_1.key"]
    assert {path.stat().st_mode & 0o777 for path in files()} == {0o600}
    assert {folder.stat().st_mode & 0o777 for folder in folders()} == {0o700}
    assert {path.read_bytes()[PrivateKey.SIZE :] for path in files()} == {public}
    assert kept_keys() == {"wave-a_1"}
    assert kept_since("wave-a_1") == max(path.stat().st_mtime for path in files())


def test_what_the_public_half_seals_the_private_half_opens() -> None:
    sealed = SealedBox(PublicKey(create_key("w"))).encrypt(b"7")
    key = read_key("w")
    assert key is not None
    assert SealedBox(key).decrypt(sealed) == b"7"


@pytest.mark.parametrize("damage", [b"", b"half", bytes(CONTENT)])
@pytest.mark.parametrize("place", [0, 1])
def test_one_damaged_copy_is_passed_over(damage: bytes, place: int) -> None:
    public = create_key("w")
    files()[place].write_bytes(damage)
    key = read_key("w")
    assert key is not None
    assert bytes(key.public_key) == public


def test_two_damaged_copies_are_no_key() -> None:
    create_key("w")
    for path in files():
        path.write_bytes(bytes(CONTENT))
    assert read_key("w") is None
    assert kept_keys() == {"w"}


def test_a_key_that_is_nowhere_is_none() -> None:
    assert read_key("w") is None
    assert kept_keys() == set()
    assert kept_since("w") == 0


def test_a_destroyed_key_leaves_nothing_even_in_a_file_still_open() -> None:
    create_key("w")
    before = [path.read_bytes() for path in files()]
    handles = [path.open("rb") for path in files()]
    destroy_key("w")
    assert files() == []
    for handle, content in zip(handles, before, strict=True):
        with handle:
            assert handle.read() != content
    destroy_key("w")


def test_destroying_one_key_leaves_the_others() -> None:
    create_key("a")
    create_key("b")
    destroy_key("a")
    assert kept_keys() == {"b"}


def test_a_folder_that_cannot_be_written_means_no_key_anywhere(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings.BALLOT_KEY_FOLDERS = [str(tmp_path / "good"), str(tmp_path / "file" / "bad")]
    with pytest.raises(KeyNotKeptError):
        create_key("w")
    assert list((tmp_path / "good").iterdir()) == []


def test_a_second_key_of_the_same_wave_replaces_what_a_failed_start_left() -> None:
    create_key("w")
    public = create_key("w")
    key = read_key("w")
    assert key is not None
    assert bytes(key.public_key) == public
    assert len(files()) == 2
