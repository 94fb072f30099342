"""Every kind of field is filled again as it was sent, and nothing else on the page changes."""

from __future__ import annotations

import pytest

from api.pages.frame.refilled_form import Fields, refilled

TICK = '<input type="checkbox" name="a" value="{}"{}>'
RADIO = '<input type="radio" name="a" value="{}"{}>'
SELECT = '<select name="a"><option value=""{}></option><option{}>In words\n</option></select>'
HEAD = '<p title="a > b">Before &amp; after</p>\n'


def filled(inside: str, *sent: tuple[str, str], wrong: Fields | tuple[str, ...] = ()) -> str:
    """Return what becomes of fields that stand in a form."""
    page = f'{HEAD}<form method="post" action="/x">{inside}</form>'
    names = [str(name) for name in wrong]
    text = refilled(page, path="/page", sent_to="/x", sent=list(sent), wrong=names)
    begin, end = f'{HEAD}<form method="post" action="/x">', "</form>"
    assert text.startswith(begin)
    assert text.endswith(end)
    return text[len(begin) : -len(end)]


@pytest.mark.parametrize(
    ("before", "sent", "after"),
    [
        (
            '<input name="a" value="1" required>',
            [("a", 'He said "2" & <3>')],
            '<input name="a" value="He said &quot;2&quot; &amp; &lt;3&gt;" required>',
        ),
        ('<input name="a" value="1">', [("b", "2")], '<input name="a" value="1">'),
        (
            '<input name="a"><input name="a">',
            [("a", "1"), ("a", "2")],
            '<input name="a" value="1"><input name="a" value="2">',
        ),
        (
            TICK.format("x", " checked") + TICK.format("y", ""),
            [("a", "y")],
            TICK.format("x", "") + TICK.format("y", " checked"),
        ),
        (
            RADIO.format("x", " checked") + RADIO.format("y", ""),
            [("a", "y")],
            RADIO.format("x", "") + RADIO.format("y", " checked"),
        ),
        (
            "<textarea name='a'>old</textarea>",
            [("a", "\n<b>")],
            "<textarea name='a'>\n\n&lt;b&gt;</textarea>",
        ),
        (
            SELECT.format(" selected", ""),
            [("a", "In words")],
            SELECT.format("", " selected"),
        ),
    ],
)  # fmt: skip
def test_a_field_holds_what_was_sent(before: str, sent: list[tuple[str, str]], after: str) -> None:
    assert filled(before, *sent) == after


@pytest.mark.parametrize(
    "field",
    [
        '<input type="password" name="a">',
        '<input type="hidden" name="a" value="1">',
        '<input type="file" name="a">',
        '<input type="submit" name="a" value="1">',
        '<input name="a" autocomplete="one-time-code">',
        '<select name="a"><option value="1" selected>One</option></select>',
    ],
)
def test_secrets_hidden_fields_files_and_choices_not_offered_stay_as_the_page_has_them(
    field: str,
) -> None:
    assert filled(field, ("a", "typed")) == field


def test_wrong_fields_are_marked_and_the_first_has_the_focus() -> None:
    fields = '<input name="a"><input name="b"><textarea name="c"></textarea>'
    assert filled(fields, ("b", "x"), ("c", "y"), wrong=("b", "c")) == (
        '<input name="a"><input name="b" value="x" aria-invalid="true" autofocus>'
        '<textarea name="c" aria-invalid="true">\ny</textarea>'
    )


def test_of_forms_to_one_address_the_one_with_the_hidden_fields_that_were_sent_is_filled() -> None:
    row = (
        '<details><form method="post" action="/x"><input type="hidden" name="line" value="{}">'
        '<input name="why"{}></form></details>'
    )
    page = row.format(1, "") + row.format(2, "") + row.format(3, "")
    sent = [("why", "so"), ("line", "2")]
    text = refilled(page, path="/page", sent_to="/x", sent=sent, wrong=())
    second = row.format(2, ' value="so"').replace("<details>", "<details open>")
    assert text == row.format(1, "") + second + row.format(3, "")


def test_a_button_may_have_its_own_address_and_a_form_that_is_read_is_not_filled() -> None:
    read = '<form method="get" action="/wait"><input name="a"></form>'
    form = '<form method="post" action="/x"><input name="a"{}><button formaction="/wait"></form>'
    text = refilled(
        read + form.format(""), path="/page", sent_to="/wait", sent=[("a", "1")], wrong=()
    )
    assert text == read + form.format(' value="1"')


def test_addresses_that_lean_on_the_page_lead_to_it_from_elsewhere_too() -> None:
    page = '<a href="?m=1&amp;n=2">Next</a><a href="/y?z">Y</a><form method="post"></form>'
    text = refilled(page, path="/page", sent_to="/page", sent=[], wrong=())
    assert text == (
        '<a href="/page?m=1&amp;n=2">Next</a><a href="/y?z">Y</a>'
        '<form method="post" action="/page"></form>'
    )


def test_a_page_without_the_form_is_left_alone() -> None:
    assert refilled("<form action='/x'></form>", path="/", sent_to="/x", sent=[], wrong=()) == ""
