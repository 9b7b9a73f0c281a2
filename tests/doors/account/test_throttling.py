from django.core.cache import cache
from django.test import Client

from tests.doors.account.sign_in import enter_password
from tests.people import World


def test_guessing_a_password_is_slowed_down_and_then_locked(world: World, client: Client) -> None:
    for _ in range(5):
        assert enter_password(client, world.omar, "a guess").status_code == 200
    slowed = enter_password(client, world.omar).content.decode()
    assert "Too many failed login attempts" in slowed
    for _ in range(3):
        cache.clear()
        locked = enter_password(client, world.omar, "a guess")
    assert locked.status_code == 429
    cache.clear()
    right = enter_password(client, world.omar)
    assert right.status_code == 429
    assert "too often" in right.content.decode()


def test_the_lock_is_one_accounts_not_everybodys(world: World, client: Client) -> None:
    for _ in range(8):
        cache.clear()
        enter_password(client, world.omar, "a guess")
    cache.clear()
    assert enter_password(client, world.alice).status_code == 302
