"""A reader's account: who signs in to it, what warns them of costs, and what is left in it afterwards."""

from __future__ import annotations

import re

import pytest

from tests.lambda_runtime import shell, templates
from tests.lambda_runtime.cloud import simulated_aws
from tests.lambda_runtime.function import EXAMPLES

DOCS = EXAMPLES.parent
TUTORIALS = DOCS / "tutorials"
PAGES = sorted(DOCS.rglob("*.md"))
SNIPPET = re.compile(r'--8<-- "([\w-]+/[\w-]+\.sh):([\w-]+)"')


def name(page):
    return str(page.relative_to(DOCS))


def tutorial(page: str) -> str:
    return (TUTORIALS / f"{page}.md").read_text()


def shown(text: str) -> str:
    """A page with the commands of docs/examples put where they are shown."""
    return SNIPPET.sub(lambda found: shell.section(found[1], found[2]), text)


def sections(page) -> list[str]:
    return re.split(r"\n(?=## )", shown(page.read_text()))


class TestTheRootUser:
    def test_the_first_tutorial_protects_it_before_anything_is_made(self):
        before = tutorial("hello-console").split("\n## 1. ")[0]
        assert "root user" in before
        steps = " ".join(re.findall(r"^\d\. (.*)", before, re.MULTILINE))
        for words in ("(MFA) for root", "/enable-mfa-for-root.html", "administrator", "Turn on MFA for this user too", "Never make access keys for root"):
            assert words in steps, words

    def test_and_knows_which_administrator_keeps_the_free_plan(self):
        """Identity Center needs AWS Organizations, and an account on the free plan that joins it is upgraded to the paid one.
        https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/free-tier-plans.html, checked 2026-11-25"""
        [step] = re.findall(r"^\d\. Make an administrator .*", tutorial("hello-console"), re.MULTILINE)
        assert re.search(r"free plan.*IAM user.*Organizations.*paid", step)

    @pytest.mark.parametrize("page", [page for page in PAGES if re.search(r"^aws login$", shown(page.read_text()), re.MULTILINE)], ids=name)
    def test_no_page_signs_in_from_a_shell_without_a_word_about_root(self, page):
        text = shown(page.read_text())
        assert "never as the root user" in text[: text.index("\naws login\n")]
        assert ":root" in text[text.index("\naws login\n") :], "how to see that you are root all the same"

    def test_a_page_signs_in(self):
        assert re.search(r"^aws login$", shown(tutorial("hello-sam")), re.MULTILINE)


class TestTheBudget:
    def test_one_command_in_an_empty_account_makes_it_and_it_sees_credits_being_spent(self, tmp_path):
        with simulated_aws() as aws:
            budgets = aws.client("budgets")
            shell.run(shell.section("budget/budget.sh", "create"), aws, tmp_path)
            [budget] = budgets.describe_budgets(AccountId="123456789012")["Budgets"]
            assert (budget["BudgetType"], budget["TimeUnit"], budget["BudgetLimit"]["Unit"]) == ("COST", "MONTHLY", "USD")
            assert budget["CostTypes"]["IncludeCredit"] is False
            assert budget["CostTypes"]["IncludeRefund"] is False
            warnings = budgets.describe_notifications_for_budget(AccountId="123456789012", BudgetName=budget["BudgetName"])["Notifications"]
            assert {(warning["NotificationType"], warning["Threshold"]) for warning in warnings} == {("ACTUAL", 50), ("FORECASTED", 100)}
            shell.run(shell.section("budget/budget.sh", "delete"), aws, tmp_path)
            assert budgets.describe_budgets(AccountId="123456789012")["Budgets"] == []
        assert shell.section("budget/budget.sh", "create").count("Address=$email") == 1, "both warnings go to the reader's address"
        assert shell.section("budget/budget.sh", "create").count(",$you") == 2

    @pytest.mark.parametrize("file", templates.all_templates(), ids=lambda file: f"{file.parent.name}/{file.name}")
    def test_no_template_has_a_budget_that_sleeps_while_credits_last(self, file):
        """IncludeCredit is true by default.
        https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-budgets-budget-costtypes.html, checked 2026-11-25"""
        for resource in templates.read(file)["Resources"].values():
            if resource["Type"] == "AWS::Budgets::Budget":
                assert resource["Properties"]["Budget"]["CostTypes"] == {"IncludeCredit": False, "IncludeRefund": False}

    def test_it_is_the_first_step_of_its_page_and_needs_no_stack_no_function_and_no_installation(self):
        page = shown(tutorial("watch-costs"))
        step = page.split("{ #budget }")[1].split("\n## ")[0]
        assert page.index("{ #budget }") < page.index("{ #template }")
        assert "create-budget" in step and "CloudShell" in step
        for needed in ("stack", "sam ", "FunctionName", "$function"):
            assert needed not in step, needed
        assert "credits" in step

    @pytest.mark.parametrize(("page", "before"), [("hello-console", "## 1. "), ("function-url", "## 1. ")])
    def test_a_reader_is_sent_to_it_before_making_anything(self, page, before):
        assert "watch-costs.md#budget" in tutorial(page).split(f"\n{before}")[0]


class TestDeletingAStack:
    """`sam delete` asks whether to delete the stack and whether to delete its folder, and both answers are no unless you type y.
    aws-sam-cli, samcli/commands/delete/delete_context.py, checked 2026-11-25"""

    DELETING = [(page, section) for page in PAGES for section in sections(page) if re.search(r"^ *sam delete|`sam delete --", section, re.MULTILINE)]

    def test_pages_delete_stacks(self):
        assert {page.stem for page, _ in self.DELETING} >= {
            "hello-sam",
            "function-url",
            "image-resize",
            "table",
            "queue",
            "configuration",
            "deploy",
            "clean-up",
        }

    @pytest.mark.parametrize(("page", "section"), DELETING, ids=lambda value: name(value) if hasattr(value, "stem") else value[:30].strip())
    def test_a_reader_who_presses_enter_is_not_left_with_the_stack(self, page, section):
        commands = re.findall(r"sam delete[^\n`]*", section)
        silent = [command for command in commands if "--no-prompts" in command]
        assert len(silent) == len(commands) or re.search(r"nswer `y`", section), f"{commands}: its questions default to no"

    def test_no_command_follows_a_question_in_the_same_block(self):
        """What is pasted after it would be typed into the question."""
        for file in EXAMPLES.rglob("*.sh"):
            for section in re.findall(r"start:[\w-]+\]\n(.*?)# --8<-- \[end", file.read_text(), re.DOTALL):
                assert not re.search(r"sam delete (?!--no-prompts)[^\n]*\n.", section), f"{file}: {section}"


class TestWhatIsLeft:
    def test_the_clean_up_lists_every_stack_that_the_tutorials_make(self):
        made = set()
        for file in EXAMPLES.rglob("*.sh"):
            text = file.read_text().replace("\\\n", " ")
            made |= set(re.findall(r"^\s*(?:sam|aws cloudformation) deploy\b.*--stack-name (\w[\w-]*)", text, re.MULTILINE))
        made |= set(re.findall(r"sam deploy .*?--stack-name (\w[\w-]*)", (EXAMPLES / "deploy/workflow.yml").read_text(), re.DOTALL))
        assert {"hello", "greeting", "sign", "alarms", "deploy-hello"} <= made
        rows = re.findall(r"^\| (`.+?) \|", tutorial("clean-up"), re.MULTILINE)
        listed = {stack for row in rows for stack in re.findall(r"`([\w-]+)`", row)}
        assert made - listed == set()

    def test_what_is_outside_every_stack_is_named_with_its_command(self):
        page = shown(tutorial("clean-up"))
        assert "aws ssm delete-parameter" in page
        assert "watch-costs.md#budget" in page

    def test_the_console_tutorial_deletes_what_the_console_made(self):
        """Deleting a role in the console leaves the policy that was made for it."""
        section = tutorial("hello-console").split("{ #clean-up }")[1].split("\n## ")[0]
        assert re.findall(r"^\d\. \*\*(.+?)\.\*\*", section, re.MULTILINE) == ["The function", "The log group", "The role", "The policy"]
        assert "AWSLambdaBasicExecutionRole-" in section
        assert "four things" in section
