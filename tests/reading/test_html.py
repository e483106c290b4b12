"""HTML: what a browser shows, in lines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.reading.html import html_to_text
from tests.reading.conftest import codes, read_all, read_one, refused


def shown(page: str) -> list[str]:
    return html_to_text(page)[0].split("\n")


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        # B049
        ('<style>.硕士{}</style><p>学历：&#26412;&#31185;</p><p style="display:none">博士</p>', ["学历：本科"]),
        ("<script>var x='博士'</script><noscript>硕士</noscript><template>硕士</template><p>本科</p>", ["本科"]),
        ("<html><head><title>某网站</title></head><body>王&nbsp;测试&middot;甲</body></html>", ["王 测试·甲"]),
        ("<p>甲</p>乙<br>丙<div>丁<span>戊</span></div>", ["甲", "乙", "丙", "丁戊"]),
        ("<p>金融\n    产品</p>", ["金融 产品"]),
        ("<b>工作</b><i>经历</i>", ["工作经历"]),
        ("<span class=c>甲银行</span><span class=t>产品经理</span>", ["甲银行 产品经理"]),
        ("<span>金融</span><span>产品</span>", ["金融产品"]),
        ("<ul><li>负责产品</li><li>工作经历</li><li></li></ul>", ["• 负责产品", "工作经历"]),
        ("<pre>2018.01  甲\n2019.01  乙</pre>", ["2018.01  甲", "2019.01  乙"]),
        # tables: forms, data, page layout, nested, spans
        (
            "<table><tr><td>姓&nbsp;名：</td><td>王测试</td><td>学历</td><td>本科</td></tr><tr><td>专业</td><td colspan=3>会计学</td></tr></table>",
            ["姓名：王测试", "学历：本科", "专业：会计学"],
        ),
        (
            "<table><thead><tr><th>起止时间</th><th>单位</th><th>职务</th></tr></thead><tbody><tr><td>2019.01-2021.12</td><td>丙公司</td>"
            "<td>产品经理</td></tr></tbody></table>",
            ["起止时间\t单位\t职务", "2019.01-2021.12\t丙公司\t产品经理"],
        ),
        (
            "<table><tr><td><h3>教育背景</h3><p>某大学</p></td><td><h3>工作经历</h3><p>甲银行</p></td></tr></table>",
            ["教育背景", "某大学", "工作经历", "甲银行"],
        ),
        ("<table><tr><td><table><tr><td>姓名</td><td>王测试</td></tr></table></td></tr></table>", ["姓名：王测试"]),
        ("<table><tr><td>甲<tr><td>乙</table>", ["甲", "乙"]),
        # grids of divs and definition lists
        ("<div><div>姓名</div><div>王测试</div><div>学历</div><div>本科</div></div>", ["姓名：王测试", "学历：本科"]),
        ('<div style="display:flex"><div>学历</div><div>本科</div></div>', ["学历：本科"]),
        ('<div style="display:flex"><div><p>教育背景</p><p>某大学</p></div><div><p>工作经历</p><p>甲银行</p></div></div>',
         ["教育背景", "某大学", "工作经历", "甲银行"]),
        ("<dl><dt>专业</dt><dd>会计学</dd><dt>其他</dt><dd>甲</dd></dl>", ["专业：会计学", "其他", "甲"]),
        # forms
        ('<p>姓名：<input value="王测试"><input type=hidden value="博士"></p>', ["姓名：王测试"]),
        ("<p>学历：<select><option>大专</option><option selected>本科</option></select></p>", ["学历：本科"]),
        ("<p><input type=checkbox checked>统招<input type=checkbox>自考</p>", ["☑统招☐自考"]),
        # struck out, watermark, comments, Word's own tags
        ("<p>学历：<del>大专</del><s>中专</s><span style='text-decoration: line-through'>高中</span>本科</p>", ["学历：本科"]),
        ('<p>甲银行</p><div style="position:fixed;transform: rotate(-45deg)">内部资料</div>', ["甲银行"]),
        ("<p>本<!-- 博士 -->科<o:p></o:p></p>", ["本科"]),
    ],
)  # fmt: skip
def test_what_is_shown(page: str, lines: list[str]) -> None:
    assert shown(page) == lines


@pytest.mark.parametrize(
    "hiding",
    [
        "display:none",
        "display : NONE !important",
        "visibility:hidden",
        "font-size:0",
        "font-size:1px",
        "font-size:1pt",
        "opacity:0",
        "opacity:0.01",
        "color:#fff",
        "color:white",
        "color:#fefefe",
        "color:rgb(255, 255, 255)",
        "color:rgba(0,0,0,0)",
        "color:transparent",
        "color:#1a2b3c;background:#1a2b3c",
        "position:absolute;left:-9999px",
        "position:fixed;top:-2000px",
        "text-indent:-9999px",
        "position:absolute;clip:rect(0,0,0,0)",
        "width:0;height:0;overflow:hidden",
        "max-height:0;overflow:hidden",
        "transform:scale(0)",
        "mso-hide:all",
    ],
)
@pytest.mark.parametrize("where", ["inline", "class", "descendant"])
def test_hidden_text_is_out_and_flagged(hiding: str, where: str) -> None:
    pages = {
        "inline": f'<p>学历：本科</p><p style="{hiding}">博士</p>',
        "class": f"<style>body{{color:#000}} p.x, .y {{ {hiding} }}</style><p>学历：本科</p><p class=x>博士</p>",
        "descendant": f"<style>@media screen {{ div > p b {{ {hiding} }} }}</style><p>学历：本科</p><div><p><b>博士</b></p></div>",
    }
    document = read_one(pages[where].encode())
    assert document.text == "学历：本科"
    assert "hidden_text" in codes(document)


@pytest.mark.parametrize(
    "page",
    [
        "<p>学历：本科</p><p hidden>博士</p>",
        "<p>学历：本科</p><font color=white>博士</font>",
        '<p>学历：本科</p><table bgcolor="#ffffff"><tr><td><font color="#FFFFFF">博士</font></td></tr></table>',
        "<p>学历：本科</p><table><tr style='display:none'><td>博士</td></tr></table>",
        "<p>学历：本科</p><div style='display:none'><div style='display:block'>博士</div></div>",
    ],
)
def test_hidden_in_other_ways(page: str) -> None:
    document = read_one(page.encode())
    assert document.text == "学历：本科"
    assert codes(document) == {"hidden_text"}


@pytest.mark.parametrize(
    "page",
    [
        '<div style="background:#234"><p style="color:#fff">硕士</p></div>',
        '<div style="background:url(a.png)"><p style="color:#fff">硕士</p></div>',
        '<div style="background:linear-gradient(#000,#333)"><p style="color:white">硕士</p></div>',
        "<style>.side{background-color:rgb(10,20,30);color:white}</style><div class=side>硕士</div>",
        '<table bgcolor="#000080"><tr><td><font color="#ffffff">硕士</font></td></tr></table>',
        '<p aria-hidden="true">硕士</p>',
        '<div style="font-size:0"><span style="font-size:14px">硕士</span></div>',
        '<div style="visibility:hidden"><span style="visibility:visible">硕士</span></div>',
        "<style>@media print { .x { display:none } }</style><p class=x>硕士</p>",
        "<style>.x{display:none} p.x{display:block}</style><p class=x>硕士</p>",
        '<p style="color:#999">硕士</p>',
    ],
)
def test_honest_text_stays(page: str) -> None:
    document = read_one(f"<html><body>{page}</body></html>".encode())
    assert document.text == "硕士"
    assert codes(document) == set()


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "big5"])
@pytest.mark.parametrize("declared", ["", "gb2312", "utf-8", "gbk", "big5"])
def test_charsets_declared_rightly_wrongly_or_not(codec: str, declared: str) -> None:
    text = "姓名：王小明，本科，大學，金融三年" if codec == "big5" else "姓名：王测试，本科，金融学，三年产品经理"
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    page = (
        f"<html><head>{meta}</head><body><p>{text.replace('测', '小') if codec == 'big5' else text}</p></body></html>"
    )
    page = page.replace("姓名：王小明", "姓名：王小明")
    assert read_one(page.encode(codec)).text == text


@pytest.mark.parametrize("name", ["简历.doc", "简历.pdf", "简历.xls", "简历"])
def test_content_tells_not_the_suffix(name: str) -> None:  # B231
    assert read_one("<html><body><p>学历：本科</p></body></html>".encode(), name).text == "学历：本科"


def test_markdown_with_tags_is_not_html() -> None:
    assert read_one("<div align=center>\n\n# 王测试\n\n</div>\n\n## 工作经历\n甲银行\n乙银行".encode()).text.split("\n") == [
        "王测试", "", "工作经历", "甲银行", "乙银行",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<html><body></body></html>", "empty"),
        ("<html><body><p style='display:none'>博士生</p></body></html>", "hidden_only"),
    ],
)
def test_refused(page: str, code: str) -> None:
    assert refused(page.encode()).code == code


def test_entities_of_a_doctype_are_not_resolved() -> None:
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><html><body><p>甲&x;乙</p></body></html>'
    (found,) = read_all(page.encode())
    assert "localhost" not in getattr(found, "text", "")


def test_deep_nesting_is_read() -> None:
    assert "本科" in read_one(("<html><body>" + "<div>" * 3000 + "本科" + "</div>" * 3000).encode()).text


def test_many_rules_and_selectors_are_bounded() -> None:
    sheet = "".join(f".a{i} > b:nth-child({i}) {{ color: #fff }}" for i in range(6000))
    assert read_one(f"<html><style>{sheet}</style><body>本科</body></html>".encode()).text == "本科"


TAGS = [
    "div",
    "p",
    "span",
    "table",
    "tr",
    "td",
    "ul",
    "li",
    "dl",
    "dt",
    "dd",
    "b",
    "br",
    "select",
    "option",
    "style",
    "s",
    "h1",
    "o:p",
]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([f"<{t}>" for t in TAGS] + [f"</{t}>" for t in TAGS]),
            st.sampled_from(["文", " ", "\n", "&#x;", "<", "<!--", "-->", "]]>", "姓名"]),
        )
    )
)
def test_any_soup_is_read(parts: list[str]) -> None:
    text, _ = html_to_text("".join(parts))
    assert text.count("文") <= parts.count("文")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="{}:;.#>*[]@!/ abdisplay:none\n%-0px,'\"()", max_size=120))
def test_any_style_sheet_is_survived(sheet: str) -> None:
    html_to_text(f"<style>{sheet}</style><p style='{sheet}'>文</p>")
