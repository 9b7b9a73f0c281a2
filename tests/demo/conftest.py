from tests.doors.account.conftest import fresh_limits, static_folder

__all__ = ["fresh_limits", "static_folder"]
