import re

from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from tests.doors.account.sign_in import code, confirm, enter_password, give_app, sign_in
from tests.people import PASSWORD, World


def test_a_member_without_a_second_factor_gets_no_further_than_setting_one_up(
    world: World, client: Client
) -> None:
    enter_password(client, world.omar)
    first = client.get("/office/schedule")
    assert (first.status_code, first["Location"]) == (302, "/account/2fa/")
    page = client.get("/account/2fa/")
    assert "One step before you begin" in page.content.decode()


def test_the_authenticator_app_is_set_up_with_a_picture_and_a_code(
    world: World, client: Client
) -> None:
    enter_password(client, world.omar)
    page = client.get("/account/2fa/totp/activate/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert secret is not None
    wrong = client.post("/account/2fa/totp/activate/", {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()
    done = client.post("/account/2fa/totp/activate/", {"code": code(secret[1])})
    assert done["Location"] == "/account/2fa/recovery-codes/"
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert secret[1] not in str(kept.data)
    assert client.get("/office/schedule").status_code == 200


def test_signing_in_takes_the_password_and_the_code(world: World, client: Client) -> None:
    give_app(world.omar)
    first = enter_password(client, world.omar)
    assert first["Location"] == "/account/2fa/authenticate/"
    assert client.get("/office/schedule")["Location"].startswith("/account/login/")
    page = client.get("/account/2fa/authenticate/").content.decode()
    assert "One more step" in page
    wrong = client.post("/account/2fa/authenticate/", {"code": "123456"})
    assert "Incorrect code" in wrong.content.decode()
    done = client.post("/account/2fa/authenticate/", {"code": code()})
    assert done["Location"] == "/"
    first = client.get("/office/schedule")
    assert first.status_code == 200
    assert "Successfully" not in first.content.decode()


def test_a_code_works_once(world: World, client: Client) -> None:
    used = sign_in(client, world.omar)
    client.post("/account/logout/")
    enter_password(client, world.omar)
    again = client.post("/account/2fa/authenticate/", {"code": used})
    assert again.status_code == 200
    assert "Incorrect code" in again.content.decode()


def test_a_recovery_code_lets_in_once(world: World, client: Client) -> None:
    sign_in(client, world.omar)
    confirm(client)
    client.post("/account/2fa/recovery-codes/generate/")
    page = client.get("/account/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"<code>(\d+)</code>", page)
    assert len(codes) == 10
    stored = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    assert codes[0] not in str(stored.data)
    for expected in (302, 200):
        client.post("/account/logout/")
        enter_password(client, world.omar)
        tried = client.post("/account/2fa/authenticate/", {"code": codes[0]})
        assert tried.status_code == expected


def test_changing_a_second_factor_asks_who_it_is_once_more(world: World, client: Client) -> None:
    sign_in(client, world.omar)
    asked = client.get("/account/2fa/totp/deactivate/")
    assert asked["Location"].startswith("/account/reauthenticate/")
    assert "Confirm it is you" in client.get(asked["Location"]).content.decode()
    wrong = client.post("/account/reauthenticate/", {"password": "not the password"})
    assert wrong.status_code == 200


def test_a_wrong_password_says_nothing_about_who_exists(world: World, client: Client) -> None:
    known = enter_password(client, world.omar, "not the password")
    unknown = client.post(
        "/account/login/", {"login": "nobody@lindenhof.example", "password": "not the password"}
    )
    strip = re.compile(r'value="[^"]*"')
    assert strip.sub("", known.content.decode()) == strip.sub("", unknown.content.decode())
    assert "not correct" in known.content.decode()


def test_the_password_is_never_given_back(world: World, client: Client) -> None:
    page = enter_password(client, world.omar, "not the password").content.decode()
    assert "not the password" not in page
    assert "omar@lindenhof.example" in page


def test_there_is_no_sign_up(world: World, client: Client) -> None:
    assert client.get("/account/signup/").status_code == 404
    assert "sign up" not in client.get("/account/login/").content.decode().lower()


def test_the_last_second_factor_cannot_be_removed(world: World, client: Client) -> None:
    sign_in(client, world.omar)
    confirm(client)
    page = client.get("/account/2fa/totp/deactivate/").content.decode()
    assert "only second factor" in page
    client.post("/account/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()


def test_a_new_password_can_be_had_by_mail_without_names(world: World, client: Client) -> None:
    client.post("/account/password/reset/", {"email": "omar@lindenhof.example"})
    (message,) = mail.outbox
    text = f"{message.subject} {message.body}"
    assert "Ben" not in text
    assert "Lindenhof" not in text
    address = re.search(r"https?://[^/]+(/account/password/reset/key/\S+)", message.body)
    assert address is not None
    form = client.get(address[1])
    new = "another walk by the lake"
    done = client.post(form["Location"], {"password1": new, "password2": new})
    assert done.status_code == 302
    assert enter_password(client, world.omar, PASSWORD).status_code == 200
    assert enter_password(client, world.omar, new).status_code == 302
    used = client.get(address[1])
    assert "no longer works" in used.content.decode()


def test_a_reset_for_nobody_looks_the_same(world: World, client: Client) -> None:
    known = client.post("/account/password/reset/", {"email": "omar@lindenhof.example"})
    unknown = client.post("/account/password/reset/", {"email": "nobody@lindenhof.example"})
    assert known["Location"] == unknown["Location"]
    assert "on its way" in client.get(known["Location"]).content.decode()


def test_changing_the_password_takes_the_old_one(world: World, client: Client) -> None:
    sign_in(client, world.omar)
    new = "another walk by the lake"
    wrong = client.post(
        "/account/password/change/", {"oldpassword": "x", "password1": new, "password2": new}
    )
    assert wrong.status_code == 200
    short = client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "short", "password2": "short"},
    )
    assert "at least 12 characters" in short.content.decode()
    done = client.post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert done.status_code == 302


def test_somebody_who_left_cannot_come_in(world: World, client: Client) -> None:
    from rapport.kernel import scope

    sign_in(client, world.omar)
    with scope.practice(world.practice.id):
        world.omar.left_on = world.practice.created_at.date()
        world.omar.save(update_fields=["left_on"])
    assert client.get("/office/schedule")["Location"].startswith("/account/login/")
