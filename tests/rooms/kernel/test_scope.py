import pytest

from rapport.kernel import scope
from rapport.people.models import Client, Relationship
from tests.people import World


def test_a_query_outside_a_scope_raises(world: World) -> None:
    with pytest.raises(scope.OutsideScope):
        Client.objects.count()
    with pytest.raises(scope.OutsideScope):
        world.ben.save()


def test_a_practice_sees_its_own_rows_only(world: World) -> None:
    with scope.practice(world.elsewhere.id):
        assert not Client.objects.exists()
        assert not Relationship.objects.filter(id=world.alice_and_ben.id).exists()
    with scope.practice(world.practice.id):
        assert Client.objects.count() == 2


def test_related_rows_are_scoped_too(world: World) -> None:
    with scope.practice(world.elsewhere.id):
        assert not world.alice_and_ben.participants.exists()
    with pytest.raises(scope.OutsideScope):
        world.alice_and_ben.participants.exists()


def test_scopes_nest_and_end(world: World) -> None:
    with scope.practice(world.practice.id):
        with scope.every_practice():
            assert Client.objects.count() == 2
        assert scope.current() == world.practice.id
    with pytest.raises(scope.OutsideScope):
        scope.current()
