"""Templates and values that would hold up whoever reads or fills them: each is refused with a sentence."""

from __future__ import annotations

import pytest

from exports.papers import (
    PaperError,
    check_template,
    check_values,
    fill_line,
    render_pdf,
    sample_data,
    to_page_html,
)
from exports.papers.expand import MOST_STEPS
from exports.papers.syntax import LONGEST_LINE, LONGEST_MARK
from exports.papers.values import MOST_BREAKS
from tests.exports.paper_samples import decision

KIND = "enforcement_decision"
LINE, MARK = (
    f"A line has at most {LONGEST_LINE} characters.",
    f"Between braces stand at most {LONGEST_MARK} characters.",
)
STEPS = f"Filling in this template takes more than {MOST_STEPS} steps."


def faults(body: str) -> list[str]:
    return [problem.text() for problem in check_template(KIND, body)]


@pytest.mark.parametrize("sign", ["{{", "{%", "{{ {% ", "}}", "{% %}"])
def test_template_is_refused_when_a_line_is_endless(sign: str) -> None:
    body = "tốt\n" + sign * (58_000 // len(sign))
    assert faults(body) == [LINE]
    assert [problem.line for problem in check_template(KIND, body)] == [2]
    with pytest.raises(PaperError, match="A line has at most"):
        to_page_html(decision(body))
    with pytest.raises(PaperError, match="A line has at most"):
        fill_line(KIND, sign * 3_000, sample_data(KIND))


@pytest.mark.parametrize(
    "mark",
    [
        "{{ debtor_name " + '|"' * 500 + " }}",
        "{{ debtor_name | default(" + ")" * 900 + " }}",
        "{% if " + " or ".join(["debtor_name"] * 90) + " %}x{% endif %}",
    ],
)
def test_template_is_refused_when_what_stands_between_braces_is_endless(mark: str) -> None:
    assert faults(mark) == [MARK]


def test_template_is_read_as_before_when_braces_and_bars_stand_in_texts() -> None:
    body = '{{ creditor_name | default("a|b}") | upper }} {{ creditor_name|default("{%") }}{% if case_number %}{% endif %}'
    assert faults(body) == []
    assert "A|B} {%" in to_page_html(decision(body, creditor_name=None))
    assert faults('{{ debtor_name | default("a | upper }}') == ['There is no filter “default("a | upper”.']


def test_paper_is_refused_when_loops_compare_without_end() -> None:
    rows = [{"description": "x", "amount": 1}] * 10
    asked = "\n".join(["{% if " + " or ".join(["a.amount == 9"] * 20) + " %}x{% endif %}"] * 110)
    shown = "{{ creditor_name }}" * 200 + "\n"
    for inner in (asked, shown * 12, "{% if creditor_name %}x{% endif %}\n" * 1_200):
        body = "".join(f"{{% for {name} in obligations %}}" for name in "abc") + inner + "{% endfor %}" * 3
        assert faults(body) == []
        with pytest.raises(PaperError, match="Filling in this template takes more than") as refused:
            to_page_html(decision(body, obligations=rows, creditor_name=None))
        assert str(refused.value) == STEPS


def test_paper_is_refused_when_its_marks_make_it_longer_than_the_renderer_bears() -> None:
    rows = [{"description": "x", "amount": 1}] * 2_000
    cells = "{% for a in obligations %}\n| " + "**a** | " * 12 + "\n{% endfor %}"
    with pytest.raises(PaperError, match="longer than 400000 characters"):
        to_page_html(decision(cells, obligations=rows))


def test_value_is_refused_at_drafting_when_it_has_too_many_line_breaks() -> None:
    for breaks in ("\n", "\r\n", "\r"):
        data = {**sample_data(KIND), "debtor_name": f"a{breaks}" * MOST_BREAKS}
        check_values(KIND, data)
        with pytest.raises(PaperError, match="line breaks") as refused:
            check_values(KIND, {**data, "debtor_name": f"a{breaks}" * (MOST_BREAKS + 1)})
        assert refused.value.field == "debtor_name"


def test_list_numbers_go_on_when_an_item_follows_one_of_its_kind() -> None:
    html = to_page_html(decision("- a\n- b\n1. c\na) d\nb) e\nf\nc) g"))
    assert [html.count(f'<{tag} class="') for tag in ("ul", "ol")] == [1, 3]
    assert 'class="letters" start="3"' in html


def test_paper_is_refused_when_it_has_too_many_pages() -> None:
    with pytest.raises(PaperError, match="more than 100 pages"):
        render_pdf(decision("a\n:page:\n" * 101))
