"""Signing customers in: visitor tokens, identity by HMAC, merging an anonymous history into a known customer."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from kefu.core.clock import now
from kefu.core.errors import Unauthorised
from kefu.core.words import CHINESE
from kefu.customers.models import Customer

TOKEN_DAYS = 180


@dataclass(frozen=True)
class Identity:
    """Who the embedding page says the customer is; ``identifier_hash`` proves it."""

    external_id: str
    identifier_hash: str
    name: str = ""


def identifier_hash(secret: str, external_id: str) -> str:
    """Return hex HMAC-SHA256 of ``external_id`` under the inbox secret."""
    return hmac.new(secret.encode(), external_id.encode(), hashlib.sha256).hexdigest()


def check_identity(secret: str, identity: Identity) -> None:
    """Refuse an identity that the shop has not signed."""
    expected = identifier_hash(secret, identity.external_id)
    if not hmac.compare_digest(expected, identity.identifier_hash.lower()):
        raise Unauthorised(
            "identity_not_verified", "身份未通过验证", "请从商城页面重新进入客服，或以访客身份咨询。"
        )


class VisitorTokens:
    """Bearer tokens that name a customer; signed, so that nothing is stored for a visitor who only looks."""

    def __init__(self, secret: str) -> None:
        self._key = OctKey.import_key(secret)

    def issue(self, customer_id: str, locale: str = CHINESE) -> str:
        """Return a token for ``customer_id`` who is served in ``locale``, valid for half a year."""
        expires = int((now() + timedelta(days=TOKEN_DAYS)).timestamp())
        claims = {"sub": customer_id, "use": "visitor", "exp": expires, "locale": locale}
        return jwt.encode({"alg": "HS256"}, claims, self._key)

    def customer_id(self, token: str) -> str:
        """Return the customer a token names, or refuse it."""
        return self.read(token)[0]

    def read(self, token: str) -> tuple[str, str]:
        """Return the customer a token names and the language they are served in, or refuse it."""
        try:
            claims = jwt.decode(token, self._key, algorithms=["HS256"]).claims
        except (JoseError, ValueError) as error:
            raise _bad_token() from error
        if claims.get("use") != "visitor" or float(claims.get("exp", 0)) < now().timestamp():
            raise _bad_token()
        return str(claims["sub"]), str(claims.get("locale", CHINESE))


def _bad_token() -> Unauthorised:
    return Unauthorised("token_invalid", "登录状态已失效", "请刷新页面后重试。")


def get(session: Session, customer_id: str) -> Customer:
    """Return a customer, following a merge; a token of one who no longer exists or was erased is refused."""
    customer = session.get(Customer, customer_id)
    if customer is not None and customer.merged_into is not None:
        customer = session.get(Customer, customer.merged_into)
    if customer is None or customer.erased_at is not None:
        raise _bad_token()
    return customer


def create(session: Session, inbox: str, context: dict[str, Any]) -> Customer:
    """Add an anonymous customer."""
    customer = Customer(inbox=inbox, context=context)
    session.add(customer)
    session.flush()
    return customer


def erase(session: Session, customer: Customer) -> list[str]:
    """Forget who a customer was; returns the ids under which they were known: their own, and those merged into it."""
    merged = list(session.scalars(select(Customer).where(Customer.merged_into == customer.id)))
    for one in (customer, *merged):
        one.external_id = None
        one.name = one.level = one.phone = ""
        one.tags, one.context = [], {}
        one.erased_at = now()
    return [customer.id, *(one.id for one in merged)]


def saw_notice(customer: Customer, version: str) -> None:
    """Record which privacy notice stood there when the customer wrote; a new version is recorded anew."""
    if customer.privacy_version != version:
        customer.privacy_version, customer.privacy_at = version, now()


def known(session: Session, inbox: str, identity: Identity) -> Customer:
    """Return the verified customer of this identity, adding one if the shop sent somebody new."""
    query = select(Customer).where(Customer.inbox == inbox, Customer.external_id == identity.external_id)
    customer = session.scalar(query)
    if customer is None:
        customer = Customer(inbox=inbox, external_id=identity.external_id, name=identity.name)
        session.add(customer)
        session.flush()
    elif identity.name:
        customer.name = identity.name
    return customer
