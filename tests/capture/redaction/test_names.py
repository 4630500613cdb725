"""Names of secrets, and names that only look like it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.capture.redaction.names import DEFAULT_SECRET_NAMES, NameTest, Secrecy

ALWAYS = """
    password passwords PASSWORD Passwd pwd db_password dbpassword userPassword password2 password_hash secret secrets
    client_secret passphrase credential credentials creds authorization Authorization Proxy-Authorization
    HTTP_AUTHORIZATION cookie cookies Set-Cookie auth api_key apikey apiKey APIKey X-Api-Key stripeApiKey access_key
    aws_secret_access_key private_key privateKey secret_key card_token access_token accessToken refresh_token
    auth_token csrf_token csrfmiddlewaretoken otp cvv ssn card_number
""".split()
TEXT = "token tokens TOKEN my_token oauth2_token bearer session_id sessionid sessionId csrf pin pass".split()
NEVER = """
    token_type tokenizer max_tokens next_token previous_token eos_token page_token author authority auth_service
    authenticated key keys keyword sort_key primary_key public_key secretary cookie_name password_field has_password
    password_min_length compass bypass passthrough pin_mode pinned spin shipping option session signature item sku
    description secret_name id monkey tokenize password_validator 日本 - _
""".split()


@pytest.mark.parametrize("name", ALWAYS)
def test_secret_names(name: str) -> None:
    """Values under these names are hidden whatever they are."""
    assert NameTest()(name) is Secrecy.ALWAYS


@pytest.mark.parametrize("name", TEXT)
def test_names_that_hide_texts(name: str) -> None:
    """Under these names texts are hidden; numbers and a parser's objects are not."""
    assert NameTest()(name) is Secrecy.TEXT


@pytest.mark.parametrize("name", NEVER)
def test_harmless_names(name: str) -> None:
    """These names hide nothing."""
    assert NameTest()(name) is Secrecy.NEVER


def test_names_of_the_user() -> None:
    """Names given alone hide everything under them, however their words are joined."""
    test = NameTest(["patient name"])
    assert test("patientName") is test("PATIENT_NAME") is Secrecy.ALWAYS
    assert test("password") is Secrecy.NEVER


def test_names_are_added_to_the_defaults_with_a_mapping() -> None:
    """A mapping says what each name hides."""
    test = NameTest({**DEFAULT_SECRET_NAMES, "badge": Secrecy.TEXT})
    assert (test("badge"), test("password")) == (Secrecy.TEXT, Secrecy.ALWAYS)


def test_a_whole_name() -> None:
    """A name behind ``=`` matches nothing longer."""
    test = NameTest(["=code"])
    assert (test("code"), test("Code"), test("code_path")) == (Secrecy.ALWAYS, Secrecy.ALWAYS, Secrecy.NEVER)


def test_a_name_without_words_is_refused() -> None:
    """A name that could match everything is an error that quotes it."""
    with pytest.raises(ValueError, match="'--'"):
        NameTest(["--"])


def test_the_memory_of_verdicts_is_bounded() -> None:
    """Ten thousand different keys leave at most 4096 verdicts."""
    test = NameTest()
    for number in range(10_000):
        test(f"key_{number}")
    assert len(test.known) <= 4096


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=120))
def test_every_name_has_a_verdict(name: str) -> None:
    """No name raises, and asking again gives the same answer."""
    test = NameTest()
    assert test(name) is test(name)
