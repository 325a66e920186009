#!/usr/bin/env python3
"""What check_arrows, check_clauses and check_lengths report, on a copy of the sources with a fault planted in it."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import source_files  # noqa: E402

SECTION = "\u00a7"  # not spelt out: check_clauses reads this file too
HERE = os.path.dirname(os.path.abspath(__file__))


class CopyOfTheSources(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="favsync-checkers-")
        self.addCleanup(shutil.rmtree, self.root)
        project = source_files.project_root()
        for path in source_files.walk(project, lambda path: path.endswith((".h", ".cc", ".md"))):
            with open(os.path.join(project, path), encoding="utf-8") as file:
                self.plant(path, file.read())

    def plant(self, path, text):
        whole = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "w", encoding="utf-8") as file:
            file.write(text)

    def run_checker(self, name):
        done = subprocess.run([sys.executable, os.path.join(HERE, name), "--root", self.root],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    def assert_reported(self, path, include, *words):
        self.plant("mock_server/planted_target.h", "#pragma once\n")
        self.plant("sync_engine/planted_target.h", "#pragma once\n")
        self.plant(path, f"#include <string>\n\n#include {include}\n")
        status, said = self.run_checker("check_arrows")
        self.assertEqual(status, 1, said)
        mine = [line for line in said.splitlines() if line.startswith(path)]
        self.assertEqual(len(mine), 1, said)
        self.assertIn(f"{path}:3: ", mine[0])
        for word in words:
            self.assertIn(word, mine[0])

    def assert_quiet(self, path, include):
        self.plant("mock_server/planted_target.h", "#pragma once\n")
        self.plant("sync_engine/planted_target.h", "#pragma once\n")
        self.plant(path, f"#include {include}\n")
        _, said = self.run_checker("check_arrows")
        self.assertNotIn(path, said)


class Arrows(CopyOfTheSources):
    def test_engine_that_includes_the_mock_is_reported(self):
        self.assert_reported("sync_engine/planted.cc", '"mock_server/planted_target.h"',
                             "sync_engine may not include mock_server/planted_target.h",
                             "share through wire/")

    def test_mock_that_includes_the_engine_is_reported(self):
        self.assert_reported("mock_server/planted.h", '"sync_engine/planted_target.h"', "share through wire/")

    def test_wire_that_includes_anything_else_is_reported(self):
        self.assert_reported("wire/planted.cc", "<sync_engine/planted_target.h>", "nothing but itself")

    def test_suite_that_knows_the_mock_is_reported(self):
        self.assert_reported("contract_tests/planted.cc", '"mock_server/planted_target.h"', "self_test*")

    def test_self_test_and_harness_may_know_the_mock(self):
        self.assert_quiet("contract_tests/self_test_planted.cc", '"mock_server/planted_target.h"')
        self.assert_quiet("contract_tests/harness/planted.h", '"mock_server/planted_target.h"')
        self.assert_quiet("contract_tests/reports/planted_test.cc", '"mock_server/planted_target.h"')

    def test_check_that_uses_the_codec_is_reported(self):
        for header in ("favorites_codec", "timestamp", "favorite"):
            self.assert_reported("contract_tests/checks/planted.cc", f'"wire/{header}.h"', "raw JSON")

    def test_only_the_checks_of_the_engine_may_use_it(self):
        self.assert_reported("contract_tests/checks/planted.cc", '"sync_engine/planted_target.h"',
                             "engine_checks.cc")
        self.assert_quiet("contract_tests/checks/engine_checks.cc", '"sync_engine/planted_target.h"')
        self.assert_quiet("contract_tests/checks/engine_checks.cc", '"wire/timestamp.h"')

    def test_library_header_in_a_header_is_reported(self):
        self.assert_reported("sync_engine/planted.h", "<httplib.h>", "no header may include cpp-httplib")
        self.assert_reported("wire/planted.h", "<nlohmann/json.hpp>", "json_fwd.hpp")
        self.assert_quiet("wire/planted_allowed.h", "<nlohmann/json_fwd.hpp>")

    def test_httplib_in_one_more_file_is_reported(self):
        self.assert_reported("sync_engine/planted.cc", "<httplib.h>", "MAY_SEE_HTTPLIB")

    def test_include_that_is_not_from_the_root_is_reported(self):
        self.assert_reported("sync_engine/planted.cc", '"planted_target.h"',
                             'write it from the root: "sync_engine/planted_target.h"')
        self.assert_reported("sync_engine/planted.cc", '"../mock_server/planted_target.h"', "from the root")

    def test_folder_without_arrows_is_reported(self):
        self.plant("planted_folder/planted.cc", "#include <string>\n")
        status, said = self.run_checker("check_arrows")
        self.assertEqual(status, 1)
        self.assertIn("planted_folder/planted.cc: folder planted_folder/ has no arrows yet", said)

    def test_nothing_to_check_is_no_success(self):
        shutil.rmtree(self.root)
        os.makedirs(self.root)
        self.assertEqual(self.run_checker("check_arrows")[0], 2)
        self.assertEqual(self.run_checker("check_lengths")[0], 2)


class Clauses(CopyOfTheSources):
    def test_citation_of_a_clause_that_is_not_there_is_reported(self):
        self.plant("wire/planted.h", f"// One.\n// Source: {SECTION}4.99.\n")
        status, said = self.run_checker("check_clauses")
        self.assertEqual(status, 1)
        self.assertIn(f"wire/planted.h:2: {SECTION}4.99: expected a clause of docs/contract.md", said)

    def test_clauses_sections_and_rfcs_are_not(self):
        self.plant("wire/planted.h", f"// {SECTION}4.10, {SECTION}4, RFC 9110 {SECTION}5.6.2, RFC 9112\n// {SECTION}6.3\n")
        self.assertNotIn("wire/planted.h", self.run_checker("check_clauses")[1])

    def test_contract_without_clauses_is_no_success(self):
        self.plant("docs/contract.md", "# Nothing\n")
        self.assertEqual(self.run_checker("check_clauses")[0], 2)


class Lengths(CopyOfTheSources):
    def test_file_over_400_lines_is_reported(self):
        self.plant("wire/planted.cc", "// line\n" * 401)
        status, said = self.run_checker("check_lengths")
        self.assertEqual(status, 1)
        self.assertIn("wire/planted.cc: 401 lines, at most 400 expected", said)

    def test_file_of_400_lines_is_not(self):
        self.plant("wire/planted.cc", "// line\n" * 400)
        self.assertNotIn("wire/planted.cc", self.run_checker("check_lengths")[1])


if __name__ == "__main__":
    unittest.main()
