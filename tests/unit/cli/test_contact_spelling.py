"""A contact is found however it was copied."""

import os

import pytest

from studio_export_cli.find_contact.spelling import normalize, spellings

_NUMBER = "+15551234567"


@pytest.mark.parametrize(
    "copied",
    [
        "\u202a+1\u00a0(555)\u20111234567\u202c",  # from a telephone's list of contacts
        "+1 555 123 4567",
        "+1\u2013555\u2013123\u20134567",  # en dashes
        "+1\u2212555.123/4567",
        "\uff0b\uff11\uff15\uff15\uff15\uff11\uff12\uff13\uff14\uff15\uff16\uff17",  # full width
        "+1555\u00ad1234567",  # soft hyphen
        "\ufeff+1555\u200b1234567",
        "+\u0661\u0665\u0665\u0665\u0661\u0662\u0663\u0664\u0665\u0666\u0667",
    ],
)
def test_a_number_is_as_twilio_writes_it(copied: str) -> None:
    assert normalize(copied) == _NUMBER
    assert normalize(f"whatsapp:{copied}") == f"whatsapp:{_NUMBER}"


def test_what_is_no_number_keeps_its_hyphens() -> None:
    assert normalize("first\u2010last@example.com") == "first-last@example.com"
    assert normalize("al\u200bice@example.com ") == "alice@example.com"
    assert normalize("IG" + "0" * 32) == "IG" + "0" * 32


def test_the_value_as_it_was_given_is_searched_too() -> None:
    assert spellings("555-0100-99") == ["555010099", "555-0100-99", "+555010099"]
    assert spellings(_NUMBER) == [_NUMBER]


def test_a_value_that_is_no_text_is_refused_without_being_quoted() -> None:
    with pytest.raises(ValueError, match=r"^is not UTF-8$"):
        spellings(os.fsdecode(b"user-\xff"))
