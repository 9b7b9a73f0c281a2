import string
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.kernel import crypto
from rapport.kernel.errors import Misconfigured, NotFound

PURPOSE = "a test"


@given(st.text())
def test_what_is_sealed_opens_again_and_only_for_its_purpose(text: str) -> None:
    sealed = crypto.seal(text, purpose=PURPOSE)
    assert crypto.unseal(sealed, purpose=PURPOSE) == text
    with pytest.raises(Misconfigured):
        crypto.unseal(sealed, purpose="another")


def test_the_same_secret_never_looks_the_same() -> None:
    assert crypto.seal("x", purpose=PURPOSE) != crypto.seal("x", purpose=PURPOSE)


def test_another_key_opens_nothing(settings: pytest.FixtureRequest) -> None:
    sealed = crypto.seal("a secret", purpose=PURPOSE)
    settings.SECRET_KEY = "another-key-another-key-another-key"
    with pytest.raises(Misconfigured, match="RAPPORT_SECRET_KEY"):
        crypto.unseal(sealed, purpose=PURPOSE)


@pytest.mark.parametrize("sealed", ["", "x", "not base64!", "AAAA", "A" * 60])
def test_what_was_never_sealed_is_said_so(sealed: str) -> None:
    with pytest.raises(Misconfigured):
        crypto.unseal(sealed, purpose=PURPOSE)


def test_keys_are_apart_by_purpose() -> None:
    assert len({crypto.key_for(purpose) for purpose in ("a", "b", "c")}) == 3
    assert all(len(crypto.key_for(purpose)) == 32 for purpose in ("a", "b"))


@given(st.uuids(), st.text(max_size=20))
def test_a_link_names_its_row_and_stands_for_its_binding_only(subject: UUID, bound: str) -> None:
    token = crypto.link_token(subject, bound, purpose=PURPOSE)
    assert crypto.link_subject(token) == subject
    assert crypto.link_is_genuine(token, bound, purpose=PURPOSE)
    assert not crypto.link_is_genuine(token, bound + ".", purpose=PURPOSE)
    assert not crypto.link_is_genuine(token, bound, purpose="another")
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")


@given(st.integers(0, 41), st.sampled_from(string.ascii_letters + string.digits))
def test_a_link_with_any_letter_changed_is_forged(place: int, letter: str) -> None:
    token = crypto.link_token(uuid4(), "v1", purpose=PURPOSE)
    changed = token[:place] + letter + token[place + 1 :]
    assert crypto.link_is_genuine(changed, "v1", purpose=PURPOSE) == (changed == token)


@given(st.text(max_size=80))
def test_nonsense_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        crypto.link_subject(text)


def test_a_link_has_one_spelling() -> None:
    token = crypto.link_token(uuid4(), "v1", purpose=PURPOSE)
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    spelled = []
    for letter in alphabet:
        try:
            spelled.append(crypto.link_is_genuine(token[:-1] + letter, "v1", purpose=PURPOSE))
        except NotFound:
            spelled.append(False)
    assert spelled.count(True) == 1
