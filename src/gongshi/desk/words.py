"""What `gongshi desk` says in a terminal about tokens."""

from collections.abc import Iterable

from gongshi.desk.tokens import Token


def of_new(token: Token, secret: str) -> str:
    """Return the words that hand a new token over."""
    whose = f"运维人员 {token.holder}" if token.is_operator else f"报送机构 {token.agency}"
    return (
        f"{whose} 的令牌(编号 {token.id}),只显示这一次,请当面交给使用人:\n{secret}\n"
        f"Token {token.id}, shown this once. Revoke it with: gongshi desk --revoke {token.id}"
    )


def of_list(tokens: Iterable[Token]) -> str:
    """Return one line for each token."""
    return "\n".join(map(_line, tokens)) or "还没有令牌。\nThere is no token yet."


def _line(token: Token) -> str:
    whose = "运维 operator" if token.is_operator else token.agency
    until = f"{token.revoked_on} 停用 revoked" if token.revoked_on else "有效 valid"
    return "  ".join(
        part for part in (token.id, whose, token.holder, token.created_on, until) if part
    )
