"""The pages' style has what they use of Tabler, and nothing that they do not."""

from __future__ import annotations

import pytest

from api.pages import stylesheet

WORDS = frozenset({"card", "btn", "w-1", "spin", "data-bs-theme"})


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".card{color:red}.modal{color:red}", ".card{color:red}"),
        (".modal,.card,.btn:hover{top:0}", ".card,.btn:hover{top:0}"),
        (".card .modal{top:0}", ""),
        # A comma within brackets parts no selectors; what is excluded need not be used.
        (".btn:not(.modal,.x),a{top:0}", ".btn:not(.modal,.x),a{top:0}"),
        (".card:is(.btn,.modal):not(:has(.x)){}", ".card:is(.btn,.modal):not(:has(.x)){}"),
        (".modal:is(.btn,.card){}", ""),
        ("@media print{.modal{top:0}.card{top:1px}}", "@media print{.card{top:1px}}"),
        ("@media print{.modal{top:0}}", ""),
        ("[data-bs-theme=dark] .card{top:0}[data-vc]{top:0}", "[data-bs-theme=dark] .card{top:0}"),
        ('input[type="text"]{top:0}', 'input[type="text"]{top:0}'),
        ("@keyframes spin{0%{top:0}}@keyframes wink{0%{top:0}}", ""),
        (
            "@keyframes spin{0%{top:0}}@keyframes wink{0%{top:0}}.btn{animation:spin 1s}",
            "@keyframes spin{0%{top:0}}.btn{animation:spin 1s}",
        ),
        ('@charset "UTF-8";/*! a licence; {} */:root{--x:url("a;{b}")}',
         '@charset "UTF-8";/*! a licence; {} */:root{--x:url("a;{b}")}'),
    ],
)  # fmt: skip
def test_rules_stay_by_what_they_need(css: str, kept: str) -> None:
    assert stylesheet.used_rules(css, WORDS) == kept


def test_the_style_is_a_fraction_of_tabler_and_keeps_its_licence() -> None:
    style = stylesheet.stylesheet().decode()
    tabler = (stylesheet.STATIC / stylesheet.TABLER).read_text()
    assert len(style) < len(tabler) / 3
    assert "Licensed under MIT" in style
    for used in (".card{", ".form-control{", ".btn{", ".table{", "prefers-reduced-motion"):
        assert used in style
    for unused in (".carousel", ".offcanvas", ".accordion", "data-vc-date"):
        assert unused not in style


def test_every_style_of_ours_is_in_it() -> None:
    # The page of components alone has one of its own.
    files = {file.stem for file in (stylesheet.STATIC / "css").glob("*.css")}
    assert files - {"styles"} == set(stylesheet.STYLES)
