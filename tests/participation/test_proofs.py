"""The proof of work: signed, for one purpose, not for long, and once."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha
import pytest

from participation import proofs
from participation.proofs import ProofRequired

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _less_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight bits: the same rules, sooner."""
    monkeypatch.setattr(proofs, "PREFIX", "00")


def solved(challenge: dict[str, Any]) -> str:
    asked = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(asked)
    assert solution is not None
    return altcha.Payload(asked, solution).to_base64()


def wrong(proof: str, purpose: str = "slot-1", now: datetime = NOW) -> str:
    """What is said to be wrong with it; nothing for a proof that was good, and is used up."""
    try:
        proofs.require(proof, purpose=purpose, now=now)
    except ProofRequired as error:
        return str(error.extra["proof"])
    return ""


def changed(proof: str, part: str, **members: Any) -> str:
    body = json.loads(base64.b64decode(proof))
    inside = body["challenge"]["parameters"] if part == "parameters" else body[part]
    inside.update(members)
    return base64.b64encode(json.dumps(body).encode()).decode()


def test_a_proof_is_good_once() -> None:
    proof = solved(proofs.new_challenge("slot-1", NOW))
    assert wrong("") == "missing"
    assert wrong(proof) == ""
    assert wrong(proof) == "used"


def test_at_once_it_is_good_for_one() -> None:
    proof = solved(proofs.new_challenge("slot-1", NOW))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(wrong, [proof] * 8))
    assert sorted(answers) == [""] + ["used"] * 7


def test_another_purpose_or_too_late() -> None:
    proof = solved(proofs.new_challenge("slot-1", NOW))
    assert wrong(proof, "slot-2") == "invalid"
    assert wrong(proof, now=NOW + proofs.LASTS) == "expired"
    assert wrong(proof, now=NOW + proofs.LASTS - timedelta(seconds=1)) == ""


def test_too_little_work() -> None:
    proof = solved(proofs.new_challenge("slot-1", NOW))
    # A key that the counter does not give, a counter that gives a key with too few noughts, and
    # terms that ask for less: those are not signed.
    assert wrong(changed(proof, "solution", derivedKey="00" * 32)) == "invalid"
    counter = json.loads(base64.b64decode(proof))["solution"]["counter"]
    assert wrong(changed(proof, "solution", counter=counter + 1)) == "invalid"
    assert wrong(changed(proof, "parameters", keyPrefix="0")) == "invalid"
    assert wrong(changed(proof, "parameters", data={"for": "slot-1", "until": 2**40})) == "invalid"


@pytest.mark.parametrize(
    "text", ["x", "{}", "bnVsbA==", "W10=", "eyJjaGFsbGVuZ2UiOiBudWxsfQ==", "ä", "A" * 100_000]
)
def test_nonsense(text: str) -> None:
    assert wrong(text) == "invalid"
