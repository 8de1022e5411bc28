"""How to address a Client by the name in the table: by first name when it is surely one, else by no name at all."""

from company.formulas.names import first_name

__all__ = ["addressed", "first_name"]


def addressed(name: str, sentence: str) -> str:
    """Put a first name before a sentence: `Ирина, посоветуете нас?`; without a name the sentence stays as it is."""
    if not name or not sentence:
        return sentence
    small = sentence[0].lower() + sentence[1:] if sentence[1:2].islower() or sentence[1:2] == " " else sentence
    return f"{name}, {small}"
