"""What people do in the practice workspace, in a real browser, with the real app: the pictures of docs/practice.md."""

from playwright.sync_api import expect

from bot.core.problem import Step
from bot.core.texts import cards, talk

STEPS = len(Step)


def test_a_reps_first_minute(stage, open_window, picture):
    anna = open_window(stage.server.url, "U0ANNA")
    anna.shows(talk.WELCOME.en)

    anna.taps(talk.WELCOME_ADD.en)
    expect(anna.form).to_contain_text(talk.ACCOUNT_FORM.en)
    anna.form.get_by_role("button", name=talk.SAVE.en).click()
    name = anna.form.get_by_label(talk.ACCOUNT_NAME.en, exact=True)
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_be_focused()
    name.fill("Möwe & Söhne")
    anna.form.get_by_role("button", name=talk.SAVE.en).click()
    expect(anna.form).to_be_hidden()
    anna.shows(talk.ACCOUNT_ADDED.en.format(account="Möwe & Söhne"))

    anna.types("/kam advice the shipment will be two weeks late and they don't know yet")
    expect(anna.last).to_contain_text(cards.SAY.en)
    expect(anna.last).to_contain_text("Only visible to you")
    picture(anna, "first-minute")

    anna.taps(cards.COMMIT.en)
    expect(anna.last.get_by_role("button", name=cards.COMMIT.en)).to_have_count(0)
    expect(anna.last).to_contain_text("✓")


def test_a_visit_with_its_card_before_and_its_check_after(stage, open_window, picture):
    anna = open_window(stage.server.url, "U0ANNA")
    anna.shows(talk.WELCOME.en)
    anna.types("/kam visit Glaswerke Finkenau wed 15:00")
    anna.shows("Glaswerke Finkenau, ")

    anna.moves("morning")
    anna.moves("morning")
    card = "Glaswerke Finkenau · "
    anna.taps(cards.COMMIT.en, on=card)
    expect(anna.message(card)).to_contain_text(cards.COMMITTED.en.format(account="Glaswerke Finkenau"))

    anna.moves("morning")
    check = cards.CHECK_HEADING.en.format(account="Glaswerke Finkenau")
    anna.brings_into_view(check)
    picture(anna, "visit")
    anna.taps(cards.CHECK_DONE.en, on=check)
    expect(anna.message(check)).to_contain_text(cards.CHECKED_DONE.en)
    expect(anna.page.locator("#day")).to_contain_text("5 March")


def test_a_chinese_reps_day(stage, open_window, picture):
    liwei = open_window(stage.server.url, "U0LIWEI")
    liwei.shows(talk.WELCOME.zh)
    expect(liwei.page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(liwei.page.locator("#to-next")).to_have_text("下一条提醒")

    liwei.moves("morning")
    expect(liwei.page.locator("#day")).to_contain_text("3月3日")
    liwei.types("/kam advice 客户很生气，说我们交货晚了")
    expect(liwei.last).to_contain_text(cards.DO.zh)
    expect(liwei.last).to_contain_text("仅对你可见")
    expect(liwei.last.locator(".rich_text").first).to_have_attribute("lang", "zh-CN")
    picture(liwei, "chinese-day")

    liwei.goes_to("应用主页")
    expect(liwei.page.locator("#home")).to_contain_text("江澜水务集团")
    picture(liwei, "chinese-home")


def test_a_problem_from_the_shortcut_to_confirmed(stage, open_window, picture):
    anna = open_window(stage.server.url, "U0ANNA")
    anna.shows(talk.WELCOME.en)
    anna.types("Hallmann called: the pump has been leaking since yesterday and they are angry")
    said = anna.message("the pump has been leaking")
    said.hover()
    said.get_by_role("button", name="More actions for this message").click()
    anna.page.get_by_role("menuitem", name="Log a client problem").click()
    anna.form.get_by_label("Account").select_option(label="Hallmann Pumpenbau")
    picture(anna, "problem")
    anna.form.locator("button.primary").click()
    expect(anna.form).to_be_hidden()
    for done in range(1, STEPS):
        expect(anna.last).to_contain_text(f"{done} of {STEPS} steps done")
        anna.last.locator("button.primary").click()
    expect(anna.last).to_contain_text("the client has confirmed")
