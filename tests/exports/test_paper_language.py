"""The template language: what it shows, what the check says of faults, and that nothing else exists in it."""

from datetime import date

import pytest

from exports.papers import FIELDS, PaperError, check_template, fill_line, sample_data, to_page_html
from exports.papers.filters import FILTERS, date_words, dong_words, dotted, in_words
from exports.papers.syntax import DEEPEST
from exports.papers.values import visible
from tests.exports.paper_samples import decision

KIND = "enforcement_decision"


def body_of(body: str, **data: object) -> str:
    """The HTML of the body alone."""
    html = to_page_html(decision(body, **data))
    return html.split('<div class="body">')[1].split('</div><div class="foot">')[0]


def faults(body: str, kind: str = KIND) -> list[tuple[int, str]]:
    """Line and sentence of every fault."""
    return [(problem.line, problem.text()) for problem in check_template(kind, body)]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (24, "hai mươi bốn"),
        (55, "năm mươi lăm"),
        (105, "một trăm linh năm"),
        (1_005, "một nghìn không trăm linh năm"),
        (10_000, "mười nghìn"),
        (1_000_000, "một triệu"),
        (1_000_001, "một triệu không trăm linh một"),
        (262_500_000, "hai trăm sáu mươi hai triệu năm trăm nghìn"),
        (2_000_000_000, "hai tỷ"),
        (1_500_000_003, "một tỷ năm trăm triệu không trăm linh ba"),
        (3_000_000_000_000, "ba nghìn tỷ"),
        (-7, "âm bảy"),
    ],
)
def test_amount_in_words_reads_as_officials_write_it(amount, words):
    assert in_words(amount) == words
    assert dong_words(amount) == words[0].upper() + words[1:] + " đồng"


def test_dates_and_amounts_follow_the_rules_of_official_papers():
    assert date_words(date(2026, 3, 5)) == "ngày 05 tháng 3 năm 2026"
    assert date_words(date(2026, 2, 12)) == "ngày 12 tháng 02 năm 2026"
    assert dotted(1_234_567) == "1.234.567"
    shown = body_of(
        "{{ judgment_on }} {{ total_amount }} {{ total_amount | dong }} {{ debtor_name | upper }}"
    )
    assert "18/11/2025" in shown
    assert "262.500.000 262.500.000 đồng TRẦN VĂN QUÝ" in shown


def test_choice_follows_presence_and_comparison():
    body = "{% if creditor_name and total_amount >= 1000 %}có{% elif not creditor_name %}không{% else %}ít{% endif %}"
    assert "<p>có</p>" in body_of(body)
    assert "<p>không</p>" in body_of(body, creditor_name=None)
    assert "<p>ít</p>" in body_of(body, total_amount=999)
    days = '{% if judgment_on < "2026-07-01" %}trước{% else %}sau{% endif %}'
    assert "trước" in body_of(days, judgment_on=date(2026, 6, 30))
    assert "sau" in body_of(days, judgment_on=date(2026, 7, 1))


def test_missing_value_is_neither_less_nor_more_and_takes_its_stand_in():
    body = '{% if total_amount < 5 or total_amount >= 5 %}so sánh{% endif %}{{ total_amount | dong | default("chưa rõ") }}'
    assert "<p>chưa rõ</p>" in body_of(body, total_amount=None)
    assert "…" * 8 in body_of("{{ case_number | blank(8) }}", case_number=None)


def test_loop_repeats_rows_with_their_numbers_and_leaves_nothing_when_the_list_is_empty():
    body = "{% for item in obligations %}\n| {{ item.no }} | {{ item.description }} |\n{% endfor %}"
    rows = [{"description": "một", "amount": None}, {"description": "hai", "amount": None}]
    assert '<td class="">1</td><td class="">một</td></tr><tr><td class="">2</td>' in body_of(
        body, obligations=rows
    )
    assert body_of(body, obligations=[]) == ""


def test_lines_become_blocks_and_headings_leave_no_level_out():
    shown = body_of(
        "### Nhỏ\n## Vừa\n- một\n- hai\n1. a\n2. b\nđ) c\n:center: giữa\n:space: 2\n:columns:\ntrái\n:next:\nphải\n:end:"
    )
    assert '<h2 class="looks3">Nhỏ</h2><h2 class="looks2">Vừa</h2>' in shown
    assert '<ul class="dashes"><li>một</li><li>hai</li></ul>' in shown
    assert (
        '<ol class="numbers" start="1"><li>a</li><li>b</li></ol><ol class="letters" start="5"><li>c</li></ol>'
        in shown
    )
    assert '<div class="columns"><div><p>trái</p></div><div><p>phải</p></div></div>' in shown


def test_line_without_text_is_left_out_when_its_value_is_missing():
    assert body_of("{{ case_number }}\n- {{ case_number }}\ncòn lại", case_number=None) == "<p>còn lại</p>"


@pytest.mark.parametrize(
    ("body", "line", "sentence"),
    [
        ("a\n{{ debtor }}", 2, "There is no value “debtor” in this kind of document."),
        (
            "{{ debtor_name.__class__ }}",
            1,
            "There is no value “debtor_name.__class__” in this kind of document.",
        ),
        ("{{ debtor_name() }}", 1, "There is no value “debtor_name()” in this kind of document."),
        ("{{ ''.join }}", 1, "There is no value “''.join” in this kind of document."),
        ("{{ debtor_name | safe }}", 1, "There is no filter “safe”."),
        ("{{ debtor_name | date_words }}", 1, "The filter “date_words” does not fit a value of this type."),
        (
            "{{ judgment_on | default(5) }}",
            1,
            "What stands in brackets after the filter “default” does not fit it.",
        ),
        (
            "{{ judgment_on | default }}",
            1,
            "What stands in brackets after the filter “default” does not fit it.",
        ),
        ('{% include "x" %}', 1, '“include "x"” is no tag of this language.'),
        ("{% set a = 1 %}", 1, "“set a = 1” is no tag of this language."),
        ("{% if %}x{% endif %}", 1, "The condition is not complete."),
        (
            "{% if debtor_name == 5 %}x{% endif %}",
            1,
            'Values of different types cannot be compared; a date is written "2026-07-01".',
        ),
        (
            "{% if obligations == obligations %}x{% endif %}",
            1,
            'Values of different types cannot be compared; a date is written "2026-07-01".',
        ),
        ("{% if 1 + 1 %}x{% endif %}", 1, "“+ 1” cannot be read here."),
        ("{% if debtor_name %}\nx", 1, "“if” has no “endif”."),
        ("x\n{% endfor %}", 2, "“endfor” has no “for” before it."),
        (
            "{% if debtor_name %}{% else %}{% elif debtor_name %}{% endif %}",
            1,
            "“elif” has no “if” before it.",
        ),
        ("{% for x in debtor_name %}{% endfor %}", 1, "“debtor_name” is no list."),
        ("{% for x in range(9) %}{% endfor %}", 1, "A loop is written “for row in list”."),
        (
            "{% for x in obligations %}{{ x.price }}{% endfor %}",
            1,
            "The rows of “obligations” have no value “price”.",
        ),
        ("{{ obligations }}", 1, "“obligations” is a list: repeat over its rows with “for”."),
        ("{{ debtor_name", 1, "“{{” stands alone; a value or tag must close on its line."),
        ("một **đậm", 1, "“**” is opened but not closed on this line."),
        ("| a | b |\n| c |", 2, "This row has 1 cells, the rows above have 2."),
        ("| a | b", 1, "A row of a table begins and ends with “|”."),
        (":columns:\nx", 1, "“:columns:” has no “:end:”."),
        (":space: 99", 1, "“:space:” is no directive here; “:space:” takes a number from 1 to 12."),
        (":script: x", 1, "“:script:” is no directive here; “:space:” takes a number from 1 to 12."),
        ("a\u202eb", 1, "The character U+202E cannot be printed."),
        ("\ue0000\ue001", 1, "The character U+E000 cannot be printed."),
        ("  ", 1, "The template is empty."),
        ("x" * 60_001, 1, "The template is longer than 60000 characters."),
    ],
)
def test_check_tells_line_and_sentence_when_a_template_has_a_fault(body, line, sentence):
    assert (line, sentence) in faults(body)


def test_check_tells_every_fault_at_once_in_the_order_of_lines():
    found = faults("{{ a }}\ngood\n{{ b }}\n**\n{% if c %}{% endif %}")
    assert [line for line, _sentence in found] == [1, 3, 4, 5]


def test_paper_is_refused_with_the_line_when_its_template_has_a_fault():
    with pytest.raises(PaperError) as refused:
        to_page_html(decision("tốt\n{{ nothing }}"))
    assert refused.value.parameters["line"] == 2
    assert "{{" not in str(refused.value)


def test_template_is_refused_when_it_is_nested_too_deep():
    deep = DEEPEST + 1
    assert any(
        "nested" in text for _line, text in faults("{% if debtor_name %}" * deep + "{% endif %}" * deep)
    )
    assert any(
        "nested" in text
        for _line, text in faults("{% if " + "(" * deep + "debtor_name" + ")" * deep + " %}{% endif %}")
    )


def test_paper_is_refused_when_loops_would_make_it_endless():
    rows = [{"description": "x", "amount": 1}] * 200
    body = "{% for a in obligations %}{% for b in obligations %}{{ b.description }}{% endfor %}{% endfor %}"
    with pytest.raises(PaperError, match="run more than 10000 times"):
        to_page_html(decision(body, obligations=rows))
    with pytest.raises(PaperError, match="longer than 400000 characters"):
        to_page_html(
            decision(
                "{% for a in obligations %}{{ creditor_name }}{% endfor %}",
                obligations=rows,
                creditor_name="a" * 19_000,
            )
        )


@pytest.mark.parametrize("field", [None, "", "debtor_name"])
@pytest.mark.parametrize("text", ["a" * 11, "a\0b", "\ud800"])
def test_text_is_refused_in_a_sentence_when_it_cannot_stand_on_paper(text, field):
    with pytest.raises(PaperError) as caught:
        visible(text, field, most=10)
    assert ("debtor_name" in str(caught.value)) is (field == "debtor_name")
    assert "“”" not in str(caught.value)


def test_kind_is_refused_when_it_is_unknown():
    for asked in (lambda: check_template("wish", "x"), lambda: sample_data("wish")):
        with pytest.raises(PaperError, match="no kind of document “wish”"):
            asked()


def test_line_of_a_head_is_filled_and_its_values_stay_text():
    values = {**sample_data(KIND), "debtor_name": "{{ court_name }} **A**"}
    assert fill_line(KIND, "Gửi {{ debtor_name }}", values) == "Gửi {{ court_name }} **A**"
    with pytest.raises(PaperError, match="no value “nobody”"):
        fill_line(KIND, "{{ nobody }}", values)


def test_every_field_has_labels_in_both_languages_and_names_that_a_template_can_write():
    for kind, fields in FIELDS.items():
        names = [field.name for field in fields]
        assert len(names) == len(set(names)), kind
        assert all(field.label_vi and field.label_en and field.name.isidentifier() for field in fields)
        assert all(field.sample is not None for field in fields if field.required)
    assert set(FILTERS) == {
        "date",
        "date_words",
        "number",
        "words",
        "dong",
        "dong_words",
        "upper",
        "capital",
        "default",
        "blank",
    }
