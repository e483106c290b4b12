"""The whole story in a real browser on a real server: match, pool, evidence, override, export, deletion; accessibility."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest

from tests.web.conftest import PASSWORD, resume
from tests.web.pages.conftest import ROOT, SIZES, Visitor, served

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="requirements-dev.txt")

SAMPLES = ("p01_clear.docx", "p01_near.pdf", "p02_near.docx", "p07_trap.docx", "out_chef.docx")
NAMES = ("林样例", "宋样例", "吴样本", "卢测试", "石样例", "甲测试")
Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("home")) as address:
        yield address


@pytest.fixture(scope="module")
def pool(base: str, browser: Any, resumes: Path) -> str:
    """The path of a pool that a person has made and filled: five resumes, one broken file."""
    one = Visitor(browser, base)
    page = one.page
    page.goto("/pools")
    page.get_by_label("名称").fill("十一月招聘")
    page.get_by_label("年龄与年限计算到").fill("2026-11-24")
    page.get_by_role("button", name="新建").click()
    page.wait_for_url("**/pools/*")
    files = [str(resumes / name) for name in SAMPLES]
    broken = {"name": "坏了.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 broken"}
    page.set_input_files("input[type=file]", files)
    page.get_by_text("5 个文件").wait_for()
    page.set_input_files("input[type=file]", [broken])
    # the list fills by itself, and the words of the progress say when all is read
    page.get_by_role("status").filter(has_text="已读完 6 个文件：5 位候选人，1 份无法读取。").wait_for(timeout=60_000)
    page.locator(".people-list tbody tr").nth(4).wait_for()
    one.shot("pool")
    path = re.sub(r"^https?://[^/]+", "", page.url)
    assert one.wrong == []
    one.context.close()
    return path


# What sticks out of the window, when the page can be scrolled sideways.
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [document.documentElement.scrollWidth + " px", ...[...document.querySelectorAll("body *")]
        .filter((e) => e.getBoundingClientRect().right > innerWidth).map((e) => e.outerHTML.slice(0, 200))]"""


def violations(page: Any, **options: object) -> list[str]:
    found = axe.Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [f"{v['id']}: {n['target']} {n['failureSummary']}" for v in found for n in v["nodes"]]


def in_sight(page: Any, selector: str) -> bool:
    """Whether the first such element lies inside the visible part of the resume's text."""
    found: bool = page.evaluate(
        """(selector) => {
            const box = document.querySelector(selector).getBoundingClientRect();
            const paper = document.querySelector(".paper").getBoundingClientRect();
            return box.top >= paper.top && box.bottom <= paper.bottom && box.bottom <= innerHeight;
        }""",
        selector,
    )
    return found


def drop(page: Any, data: bytes, name: str) -> None:
    """Let a file fall anywhere on the page."""
    page.evaluate(
        """([data, name]) => {
            const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name));
            for (const kind of ["dragenter", "dragover", "drop"])
                document.querySelector("footer").dispatchEvent(
                    new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
        }""",
        [base64.b64encode(data).decode(), name],
    )


# --- match --------------------------------------------------------------------------------------------------------


def test_a_dropped_resume_is_matched_and_a_verdict_shows_its_words(visitor: Visit, base: str, resumes: Path) -> None:
    one = visitor(base)
    page = one.page
    page.goto("/")
    one.shot("start")
    drop(page, (resumes / "p01_clear.docx").read_bytes(), "林的简历.docx")
    page.get_by_role("heading", name="林样例").wait_for()
    card = page.locator("details.card[open]")
    assert card.locator("h4").inner_text() == "互联网金融产品经理岗"
    verdict = card.locator(".verdict", has_text="经验").first
    verdict.locator("summary").click()
    page.locator("mark.lit").first.wait_for()
    assert "2021.07-至今" in page.locator("mark.lit").all_inner_texts()
    page.wait_for_function("document.querySelector('mark.lit').getBoundingClientRect().top > 0")
    page.wait_for_timeout(500)  # the text scrolls smoothly
    assert in_sight(page, "mark.lit")
    assert "3年以上金融产品经理的工作经验" in verdict.locator(".clause").inner_text()
    assert "经验" in page.locator(".resume [role=status]").inner_text()
    assert violations(page) == []
    one.shot("match")
    verdict.locator(".quotes a").first.click()
    assert page.locator("mark.lit").all_inner_texts() == ["2021.07-至今"]
    page.keyboard.press("Escape")
    assert page.locator("mark.lit").count() == 0
    assert page.evaluate("document.activeElement.closest('.verdict') !== null"), "focus goes back to the verdict"


def test_everything_works_by_keyboard(visitor: Visit, base: str) -> None:
    page = visitor(base).page
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "text"
    page.keyboard.insert_text(resume().decode())
    for name in ("top_k", "as_of"):
        while page.evaluate("document.activeElement.name") != name:
            page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.className") != "go":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="甲测试").wait_for()
    while page.evaluate("document.activeElement.parentElement.className.includes('verdict') === false"):
        page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "focus can be seen"
    page.keyboard.press("Enter")
    page.locator("mark.lit").first.wait_for()


def test_a_script_in_a_resume_is_text(visitor: Visit, base: str) -> None:
    page = visitor(base).page
    page.goto("/")
    page.get_by_label("粘贴").fill(resume("<script>document.title='taken'</script>").decode())
    page.get_by_role("button", name="开始匹配").click()
    page.locator(".paper").wait_for()
    assert "<script>document.title='taken'</script>" in page.locator(".paper").inner_text()
    assert "taken" not in page.title()


def test_without_scripts_the_evidence_is_a_link_away(visitor: Visit, base: str) -> None:
    page = visitor(base, java_script_enabled=False).page
    page.goto("/")
    page.get_by_label("粘贴").fill(resume().decode())
    page.get_by_role("button", name="开始匹配").click()
    page.locator(".verdict summary").first.click()
    link = page.locator(".verdict[open] .quotes a").first
    link.click()
    assert page.locator("mark:target").inner_text() in link.inner_text()


def test_on_a_phone_the_words_come_up_from_below(visitor: Visit, base: str) -> None:
    one = visitor(base, viewport=SIZES["phone"], color_scheme="dark")
    page = one.page
    page.goto("/")
    page.get_by_label("粘贴").fill(resume().decode())
    page.get_by_role("button", name="开始匹配").click()
    page.locator(".verdict", has_text="年龄").first.locator("summary").click()
    page.locator(".resume.sheet mark.lit").first.wait_for()
    page.wait_for_timeout(500)
    assert in_sight(page, "mark.lit")
    assert violations(page) == []
    one.shot("match-phone-dark")
    page.get_by_role("button", name="关闭").click()
    assert page.locator(".resume.sheet").count() == 0


# --- a pool -------------------------------------------------------------------------------------------------------


def test_a_shortlist_is_filtered_and_candidates_compared(visitor: Visit, base: str, pool: str) -> None:
    one = visitor(base)
    page = one.page
    page.goto(pool)
    page.get_by_role("link", name="互联网金融产品经理岗").click()
    rows = page.locator(".people-list tbody tr")
    assert rows.locator("th a").all_inner_texts()[:2] == ["林样例", "宋样例"]
    one.shot("shortlist")
    page.get_by_label("优先联系").check()
    page.get_by_role("button", name="筛选").click()
    assert rows.locator("th a").all_inner_texts() == ["林样例"]
    page.get_by_role("link", name="清除").click()
    page.locator("select[name=verdict]").select_option("experience:waivable")
    page.get_by_role("button", name="筛选").click()
    assert rows.locator("th a").all_inner_texts() == ["宋样例"]
    page.get_by_role("link", name="清除").click()
    page.get_by_role("button", name="并排比较").click()
    assert page.get_by_text("请勾选 2 到 4 位候选人。").is_visible(), "nobody is ticked yet"
    page.get_by_label("选择 林样例").check()
    page.get_by_label("选择 宋样例").check()
    page.get_by_role("button", name="并排比较").click()
    page.get_by_role("heading", name="并排比较").wait_for()
    assert page.locator(".sides thead a").all_inner_texts() == ["林样例", "宋样例"]
    one.shot("compare")


def test_a_verdict_is_overridden_with_a_reason_and_exported(visitor: Visit, base: str, pool: str) -> None:
    one = visitor(base)
    page = one.page
    page.goto(f"{pool}/positions/1")
    page.get_by_role("link", name="林样例").click()
    verdict = page.locator("details.card[open] .verdict", has_text="经验").first
    verdict.locator("> summary").click()
    verdict.get_by_role("link", name="人工改判").click()
    assert verdict.get_by_label("条件").input_value() == "experience"
    verdict.get_by_label("改为").select_option("unknown")
    verdict.get_by_role("button", name="保存").click()
    assert page.locator("details.card[open]").count() == 1, "without a reason nothing is sent"
    verdict.get_by_label("理由").fill("社保记录待补")
    verdict.get_by_role("button", name="保存").click()
    page.get_by_text("已保存").wait_for()
    changed = page.locator("details.card[open] .verdict.unknown", has_text="经验")
    assert "社保记录待补" in changed.inner_text()
    assert "社保记录待补" in page.locator(".history").inner_text()
    one.shot("candidate")

    page.goto(f"{pool}/questions")
    asked = page.locator("#questions").inner_text()
    assert "卢测试" in asked
    assert "近亲属" in asked

    page.goto(f"{pool}/waivers")
    proposal = page.locator(".proposal", has_text="宋样例")
    proposal.get_by_label("理由").fill("差两个月，业绩突出")
    proposal.get_by_role("button", name="同意放宽").click()
    page.get_by_text("已保存").wait_for()
    assert page.locator(".proposal", has_text="宋样例").count() == 0
    assert "差两个月，业绩突出" in page.locator("table.list").inner_text()
    one.shot("waivers")

    page.get_by_role("button", name="导出 Excel").click()
    page.wait_for_url(f"**{pool}/waivers")
    offered = page.get_by_role("link", name="下载 Excel")
    offered.wait_for()  # the page says it by itself
    assert "Excel 已生成（5 位候选人）" in page.locator("[data-export]").inner_text()
    one.shot("export-done")
    with page.expect_download() as waiting:
        offered.click()
    assert waiting.value.suggested_filename == "十一月招聘 匹配结果.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    words = {str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None}
    assert {"总览", "待核实", "可放宽", "无法读取"} <= set(book.sheetnames)
    assert {"林样例", "石样例", "坏了.pdf"} <= words
    assert any("社保记录待补" in w for w in words)
    assert any("差两个月，业绩突出" in w for w in words)


def test_an_export_without_scripts_is_a_reload_away(visitor: Visit, base: str, pool: str) -> None:
    """After an override, so that there is something to make."""
    one = visitor(base, java_script_enabled=False)
    page = one.page
    page.goto(f"{pool}/positions/1")
    page.get_by_role("link", name="林样例").click()
    form = page.locator("details.card[open] form").last
    page.locator("details.card[open] details.override > summary").last.click()
    form.get_by_label("改为").select_option("verify")
    form.get_by_label("理由").fill("社保记录已补")
    form.get_by_role("button", name="保存").click()
    page.goto(f"{pool}/positions/1")
    assert "名单在导出之后有变化" in page.locator("[data-export]").inner_text()
    one.shot("export-stale")
    page.get_by_role("button", name="导出 Excel").click()
    offered, reload = page.get_by_role("link", name="下载 Excel"), page.get_by_role("link", name="刷新")
    for _ in range(50):
        if not reload.count():
            break
        page.wait_for_timeout(300)
        reload.click()
    assert offered.is_visible()
    assert page.url.endswith(f"{pool}/positions/1")


def test_the_letter_is_for_the_applicant_and_for_paper(visitor: Visit, base: str, pool: str) -> None:
    one = visitor(base)
    page = one.page
    page.goto(f"{pool}/positions/1")
    page.get_by_role("link", name="宋样例").click()
    page.locator("details.card[open]").get_by_role("link", name="给应聘者的说明").click()
    letter = page.locator(".sheet-a4")
    for words in ("宋样例", "互联网金融产品经理岗", "《中华人民共和国个人信息保护法》第二十四条", "人工复核", "性别"):
        assert words in letter.inner_text()
    page.get_by_label("联系人").fill("招聘办公室")
    assert violations(page) == []
    one.shot("letter")
    page.emulate_media(media="print")
    assert not page.locator("button[data-print]").is_visible()
    assert not page.locator("header.top").is_visible()
    assert letter.is_visible()


@pytest.mark.parametrize("look", ["desk-light-zh", "phone-dark-en"])
def test_every_page_is_accessible_and_fits(visitor: Visit, base: str, pool: str, look: str) -> None:
    """axe finds nothing, and nothing is wider than the window, in either language, light and dark."""
    size, scheme, language = look.split("-")
    # the second look differs in colours and sizes only
    rules = {} if size == "desk" else {"runOnly": ["color-contrast", "scrollable-region-focusable", "target-size"]}
    one = visitor(base, viewport=SIZES[size], color_scheme=scheme)
    one.context.add_cookies([{"name": "language", "value": language, "url": base}])
    page = one.page
    page.goto(f"{pool}/positions/1")
    candidate = page.locator(".people-list th a").first.get_attribute("href")
    ids = [box.get_attribute("value") for box in page.locator("[name=c]").all()[:4]]
    nowhere = "/pools/nothing"
    paths = [
        "/",
        "/pools",
        "/positions",
        pool,
        f"{pool}/positions/2?tier=verify&sort=name",
        f"{pool}/questions",
        f"{pool}/waivers",
        f"{pool}/files",
        f"{pool}/delete",
        f"{pool}/compare?position=1&" + "&".join(f"c={i}" for i in ids),
        candidate,
        nowhere,
    ]
    found: dict[str, list[str]] = {}
    for path in paths:
        page.goto(path)
        if path == candidate:  # with everything open that can be
            page.evaluate("document.querySelectorAll('.card').forEach((d, i) => { d.open = i < 2; })")
            page.evaluate("document.querySelectorAll('.card[open] details').forEach((d) => { d.open = true; })")
            page.wait_for_timeout(400)
        if size == "desk" or path in ("/", candidate, f"{pool}/waivers"):
            found[path] = violations(page, **rules)
        found[path + " width"] = page.evaluate(TOO_WIDE)
    one.shot(f"candidate-{look}")
    one.wrong = [w for w in one.wrong if "404" not in w]
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_no_words_of_a_resume_are_in_an_address(visitor: Visit, base: str, pool: str) -> None:
    one = visitor(base)
    page = one.page
    for path in (pool, f"{pool}/positions/1", f"{pool}/questions", f"{pool}/waivers", f"{pool}/files"):
        page.goto(path)
        links = page.eval_on_selector_all("a[href], form[action]", "all => all.map((e) => e.href || e.action)")
        one.asked += links
    page.goto(f"{pool}/positions/1")
    page.locator(".people-list th a").first.click()
    page.get_by_role("link", name="给应聘者的说明").first.wait_for()
    asked = unquote(" ".join(one.asked))
    one.asked.clear()
    assert base in asked
    assert [name for name in (*NAMES, *SAMPLES, "重庆大学") if name in asked] == []


def test_a_pool_is_deleted_only_after_a_question(visitor: Visit, base: str, pool: str) -> None:
    """The last test of the pool."""
    page = visitor(base).page
    page.goto(pool)
    page.get_by_role("link", name="删除").click()
    assert "无法恢复" in page.locator("main").inner_text()
    page.get_by_role("link", name="不，返回").click()
    page.get_by_role("link", name="删除").click()
    page.get_by_role("button", name="删除").click()
    page.wait_for_url("**/pools")
    assert page.locator("table.list").count() == 0


# --- accounts -----------------------------------------------------------------------------------------------------


def test_people_come_by_invitation_and_log_in(visitor: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from web import store
    from web.auth import hash_password
    from web.service import Service

    home = tmp_path / "home"
    settings = {"HOME": str(home), "DATABASE": f"sqlite:///{home}/service.db"}
    service = Service(settings, None)  # type: ignore[arg-type]
    home.mkdir()
    service.secret_key(make=True)
    store.add_user(service.engine, "test", "管理员甲", hash_password("管理员甲", PASSWORD), "admin", "总行")
    service.engine.dispose()
    with served(home) as base:
        one = visitor(base)
        page = one.page
        page.goto("/pools")
        assert violations(page) == []
        one.shot("login")
        page.get_by_label("用户名").fill("管理员甲")
        page.get_by_label("密码").fill("wrong password")
        page.get_by_role("button", name="登录").click()
        page.get_by_text("用户名或密码不对").wait_for()
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/pools")
        page.get_by_role("link", name="用户").click()
        page.get_by_label("团队").fill("零售")
        page.get_by_role("button", name="生成邀请链接").click()
        link = page.locator("#link").inner_text()
        assert violations(page) == []
        one.wrong = [w for w in one.wrong if "401" not in w]
        page.goto("/users")
        assert page.locator("#link").count() == 0, "the link is shown once"

        other = visitor(base, viewport=SIZES["phone"])
        other.page.goto(link)
        assert violations(other.page) == []
        other.page.get_by_label("用户名").fill("招聘乙")
        other.page.get_by_label("密码").fill("another horse 8")
        other.page.get_by_role("button", name="建立账号").click()
        other.page.wait_for_url(f"{base}/")
        assert other.page.get_by_role("link", name="用户").count() == 0, "for admins only"
        other.page.goto("/pools")
        other.page.get_by_role("button", name="退出").click()
        other.page.wait_for_url("**/login")
        other.page.goto(link)
        other.page.get_by_text("邀请已失效").wait_for()

        page.goto("/users")
        page.get_by_role("button", name="停用 招聘乙").click()
        page.get_by_role("button", name="启用 招聘乙").wait_for()


def test_the_screenshots_of_the_guide_are_small() -> None:
    shown = sorted((ROOT / "docs" / "screenshots").glob("*.png"))
    assert {f.name for f in shown} == {"audit.png", "match.png", "shortlist.png"}
    assert all(f.stat().st_size < 200_000 for f in shown)
