import re
from collections.abc import Callable

import pytest
from typer.testing import Result

from kefu.accounts import service
from kefu.core.database import Database
from kefu.core.errors import Unauthorised

Kefu = Callable[..., Result]

pytestmark = pytest.mark.usefixtures("migrated")


def test_an_added_account_opens_with_the_printed_password(kefu: Kefu, migrated: Database) -> None:
    added = kefu("user", "add", "lin", "--name", "林小溪", "--number", "1001")
    assert added.exit_code == 0, added.output
    password = re.search(r"密码：(\S+)", added.output)
    assert password is not None
    with migrated.read() as session:
        assert service.check_password(session, "lin", password[1]).number == "1001"
    assert "林小溪" in kefu("user", "list").output


def test_a_number_belongs_to_one_person(kefu: Kefu) -> None:
    kefu("user", "add", "lin", "--name", "林小溪", "--number", "1001")
    again = kefu("user", "add", "chen", "--name", "陈一帆", "--number", "1001")
    assert again.exit_code == 1
    assert "已被使用" in again.output


def test_a_password_can_be_set_by_hand(kefu: Kefu, migrated: Database) -> None:
    kefu("user", "add", "lin", "--name", "林小溪", "--number", "1001")
    changed = kefu("user", "password", "lin", "--ask", input="correct horse\ncorrect horse\n")
    assert changed.exit_code == 0, changed.output
    assert "correct horse" not in changed.output
    with migrated.read() as session:
        service.check_password(session, "lin", "correct horse")
        with pytest.raises(Unauthorised):
            service.check_password(session, "lin", "wrong")


def test_an_unknown_account_is_said_so(kefu: Kefu) -> None:
    assert "没有账号 nobody" in kefu("user", "password", "nobody").output
