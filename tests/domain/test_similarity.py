"""Likeness of texts: bounds, symmetry, and the threshold on sentences as people write them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.similarity import ALIKE, grams, similarity

FEE = "郑州市某街道办事处窗口收取了清单以外的手续费三百元，没有开具收据，也没有说明依据。"
AGAIN = "街道办事处的窗口收取清单以外的手续费三百元，没有开收据，也没说明依据，请查处。"
OTHER = "我公司参加招标，评标结果公示期内更换了中标单位，招标代理机构拒绝答复质疑。"


def alike(one, other):
    return similarity(grams(one), grams(other))


def test_a_rewritten_text_is_alike_and_another_event_is_not():
    assert alike(FEE, AGAIN) >= ALIKE
    assert alike(FEE, OTHER) < 0.2


def test_a_text_within_a_longer_one_is_alike_but_not_a_word_within_a_text():
    assert alike(FEE, FEE + OTHER * 5) == 1
    assert alike("手续费", FEE) < ALIKE
    assert alike("", FEE) == 0


def test_width_case_and_punctuation_do_not_count():
    assert alike("ＡＢＣ，１２３ def", "abc123DEF") == 1


@given(st.text(), st.text())
def test_it_is_symmetric_within_bounds_and_one_for_the_same(one, other):
    assert alike(one, other) == alike(other, one)
    assert 0 <= alike(one, other) <= 1
    assert alike(one, one) == (1 if grams(one) else 0)
