"""The first administrator of a new system.

`python -m services.identity.founding /city/ 市名 LOGIN 姓名 手机` asks for the password.
Everybody after that is added on the pages.
"""

from __future__ import annotations

import argparse
import sys
from getpass import getpass

from services.identity.app import SERVICE
from services.identity.logins.passwords import hashed
from services.identity.people.accounts import add_person
from services.identity.people.announcing import announce_person
from services.identity.people.places import add_organisation
from services.identity.people.roles import give_role
from services.identity.queries import administrators, place_known
from services.identity.rules import password_faults
from services.identity.schemas import FoundingForm
from shared.errors import Rejected
from shared.messaging.work import UnitOfWork
from shared.service import Runtime
from shared.settings import Settings


class AlreadyFounded(Rejected):
    """This system has an administrator."""

    zh = "系统已经有管理员，请由管理员在页面上添加人员。"


def found(work: UnitOfWork, *, path: str, place: str, login: str, name: str, phone: str, secret: str) -> None:
    """The topmost organisation and its administrator; raises AlreadyFounded when there is one already."""
    if administrators(work.session, path):
        raise AlreadyFounded
    if not place_known(work.session, path):
        add_organisation(work, parent=None, path=path, kind="city", name=place)
    person = add_person(
        work, person_id=work.ids.uuid(), organisation=path, login=login, name=name, phone=phone,
        password_hash=secret,
    )  # fmt: skip
    give_role(work, person, "administrator", path, by=None)
    announce_person(work, person)


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m services.identity.founding")
    for word in ("path", "place", "login", "name", "phone"):
        parser.add_argument(word)
    given = FoundingForm().load(vars(parser.parse_args(arguments)))
    password = getpass("密码：")
    if faults := password_faults(password, given["login"]):
        sys.exit("\n".join(faults))
    runtime = Runtime(SERVICE, Settings.from_env())
    try:
        with runtime.transaction() as work:
            found(work, **given, secret=hashed(password))
    except Rejected as refusal:
        sys.exit(refusal.message)
    finally:
        runtime.close()
    sys.stdout.write("系统管理员已添加。请登录后再指定一名，避免管理权限丢失。\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
