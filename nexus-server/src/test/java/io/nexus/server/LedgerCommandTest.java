package io.nexus.server;

import static io.nexus.server.LedgerBox.GLOBAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Caller;
import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Outcome;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.money.Usage;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerCommandTest {

  private static final Caller CI = new Caller("ci", "research", "ann", List.of("batch", "night"));
  private static final ServedBy GPT = new ServedBy("openai", "openai", "gpt-4o");
  private static final ServedBy GONE = new ServedBy("gone", "openai", "gpt-4o");
  private static final ServedBy ODD = new ServedBy("openai", "openai", "zzz-unheard-of");

  /** Twice what the records say that they were charged by. */
  private static final String DEARER =
      """
      [[backends]]
      name = "openai"
      type = "openai"
      url = "http://127.0.0.1:9/v1"
      models = ["gpt-4o"]
      [[pricing]]
      model = "gpt-4o"
      provider = "openai"
      input = 5
      output = 20
      """;

  @TempDir Path folder;

  private LedgerBox spent() throws Exception {
    var box = LedgerBox.open(folder, DEARER);
    box.post("2026-11-02T10:00:00Z", CI, GPT, Usage.of(1000, 500), "0.0075");
    box.post("2026-11-04T10:00:00Z", CI, GPT, Usage.of(2000, 0), "0.005");
    return box;
  }

  @Test
  void verify_booksInOrder_agrees() throws Exception {
    try (var box = spent()) {
      var ran = box.run("ledger", "verify");
      assertEquals("2 records, 1 balances: all agree.\n", ran.out());
      assertEquals(0, ran.exitCode());
    }
  }

  @Test
  void verify_changedBalance_showsWhatDiffers() throws Exception {
    spent().close();
    // The balance in nano-dollars, which is no record's cost, as SQLite writes it.
    replaceOnce(folder.resolve("ledger.db"), 12_500_000, 12_500_001);
    var ran = LedgerBox.run(folder, "ledger", "verify");
    assertEquals(
        """
        budget 'global' from 2026-11-01T00:00:00Z: settled is 0.012500001 USD, its entries add up \
        to 0.0125 USD
        2 records, 1 balances: 1 do not agree.
        """,
        ran.out());
    assertTrue(ran.err().startsWith("nexus: ledger verify: jdbc:sqlite:"), ran.err());
    assertEquals(1, ran.exitCode());
  }

  private static void replaceOnce(Path file, int from, int to) throws Exception {
    var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    var found = new ArrayList<Integer>();
    for (int i = 0; i + Integer.BYTES <= bytes.limit(); i++) {
      if (bytes.getInt(i) == from) {
        found.add(i);
      }
    }
    assertEquals(1, found.size());
    bytes.putInt(found.getFirst(), to);
    Files.write(file, bytes.array());
  }

  @Test
  void backup_whileAGatewayRuns_isALedgerToReportFrom(@TempDir Path other) throws Exception {
    var copy = other.resolve("copy.db");
    try (var box = spent()) {
      var ran = box.run("ledger", "backup", copy.toString());
      assertEquals("", ran.err());
      assertEquals("Wrote " + copy + ", " + Files.size(copy) + " bytes.\n", ran.out());
    }
    LedgerBox.configure(other, "jdbc:sqlite:" + copy, "");
    assertEquals(
        "2 records, 1 balances: all agree.\n", LedgerBox.run(other, "ledger", "verify").out());
  }

  @Test
  void backup_fileThatExistsOrCannotBe_isRefused() throws Exception {
    try (var box = spent()) {
      var existing = Files.writeString(folder.resolve("precious"), "dear");
      var ran = box.run("ledger", "backup", existing.toString());
      assertTrue(ran.err().contains("the file exists: name another one"), ran.err());
      assertEquals(2, ran.exitCode());
      assertEquals("dear", Files.readString(existing));
      assertEquals(2, box.run("ledger", "backup", folder.resolve("no/such").toString()).exitCode());
    }
  }

  @Test
  void reprice_wrongPrice_entersCorrectionsOnce() throws Exception {
    try (var box = spent()) {
      var ran = box.run("ledger", "reprice", "--since", "2026-11-01");
      assertEquals("", ran.err());
      assertEquals(
          """
          model   records  change USD  price now
          gpt-4o        2     +0.0125  in 5; out 20; nexus.toml: gpt-4o

          budget  cycle from            records  change USD
          global  2026-11-01T00:00:00Z        2     +0.0125

          2 records looked at, 2 corrected, 0.0125 USD in all.
          """,
          ran.out());
      assertTrue(box.run("spend", "--csv").out().contains("gpt-4o,2,3000,0,500,0,0.025\r\n"));
      assertEquals("4 records, 1 balances: all agree.\n", box.run("ledger", "verify").out());
      assertEquals(
          "2 records looked at, 0 corrected, 0 USD in all.\n",
          box.run("ledger", "reprice", "--since", "2026-11-01").out());
    }
  }

  @Test
  void reprice_dryRun_saysTheSameAndChangesNothing() throws Exception {
    try (var box = spent()) {
      var before = box.run("ledger", "export").out();
      var dry = box.run("ledger", "reprice", "--since", "2026-11-01", "--dry-run").out();
      assertEquals(before, box.run("ledger", "export").out());
      var done = box.run("ledger", "reprice", "--since", "2026-11-01").out();
      assertEquals(done.replace("2 corrected", "2 to correct"), dry);
      assertEquals(
          "2 records looked at, 0 to correct, 0 USD in all.\n",
          box.run("ledger", "reprice", "--since", "2026-11-01", "--dry-run").out());
    }
  }

  @Test
  void reprice_timeAndModels_leaveOthersAsTheyAre() throws Exception {
    try (var box = spent()) {
      var since = box.run("ledger", "reprice", "--since", "2026-11-03", "--dry-run").out();
      assertTrue(since.endsWith("1 records looked at, 1 to correct, 0.005 USD in all.\n"), since);
      var model = box.run("ledger", "reprice", "--since", "2026-11-01", "--model", "claude*").out();
      assertEquals("2 records looked at, 0 corrected, 0 USD in all.\n", model);
    }
  }

  @Test
  void reprice_whatNobodyCanJudge_isLeft() throws Exception {
    try (var box = LedgerBox.open(folder, DEARER)) {
      box.post("2026-11-02T10:00:00Z", CI, GONE, Usage.of(1000, 500), "0.0075");
      box.post("2026-11-02T10:00:00Z", CI, ODD, Usage.of(1000, 500), "0.0075");
      assertEquals(
          """
          Left as they are: records of backend 'gone', which is not among [[backends]] any more.
          Left as they are: records of model 'zzz-unheard-of', whose price is unknown: give one \
          in [[pricing]].
          2 records looked at, 0 corrected, 0 USD in all.
          """,
          box.run("ledger", "reprice", "--since", "2026-11-01").out());
    }
  }

  @Test
  void reprice_withoutSince_isRefused() throws Exception {
    LedgerBox.configure(folder, "memory", "");
    var ran = LedgerBox.run(folder, "ledger", "reprice");
    assertTrue(ran.err().contains("--since"), ran.err());
    assertEquals(2, ran.exitCode());
  }

  @Test
  void export_records_areAllThere() throws Exception {
    try (var box = spent()) {
      var lines = box.run("ledger", "export", "--until", "2026-11-03").out().split("\r\n", -1);
      assertEquals(3, lines.length);
      assertTrue(lines[0].startsWith("request_id,attempt,revision,at,key,"), lines[0]);
      assertEquals(
          "req-1,1,0,2026-11-02T10:00:00Z,ci,research,ann,\"batch,night\",openai,openai,gpt-4o,"
              + "1000,0,0,0,500,0,0,in 2.5; out 10; built-in table: gpt-4o,0.0075,reported,"
              + "completed,global,chat,",
          lines[1]);
    }
  }

  @Test
  void prune_oldRecords_goAndBalancesStay() throws Exception {
    try (var box = spent()) {
      assertEquals(
          "Removed 1 records from before 2026-11-03T00:00:00Z.\n",
          box.run("ledger", "prune", "--before", "2026-11-03").out());
      assertEquals("1 records, 1 balances: all agree.\n", box.run("ledger", "verify").out());
      assertEquals(2, box.run("ledger", "prune", "--before", "2999-01-01").exitCode());
    }
  }

  private LedgerBox unanswered() throws Exception {
    var box = spent();
    box.post("2026-11-03T10:00:00Z", CI, GPT, Usage.of(9, 9), "2", Outcome.UNKNOWN, GLOBAL);
    box.post("2026-11-05T10:00:00Z", CI, GONE, Usage.of(9, 9), "3", Outcome.UNKNOWN, GLOBAL);
    return box;
  }

  @Test
  void forgive_unknownOutcomes_takesThemBackOnce() throws Exception {
    try (var box = unanswered()) {
      var all = List.of("ledger", "forgive", "--outcome", "unknown", "--since", "2026-11-01");
      var before = box.run("ledger", "export").out();
      var dry = box.run(with(all, "--dry-run")).out();
      assertEquals(before, box.run("ledger", "export").out());
      var ran = box.run(with(all));
      assertEquals("", ran.err());
      assertEquals(
          """
          model   records  change USD  price now
          gpt-4o        2          -5  forgiven: the provider did not bill it

          budget  cycle from            records  change USD
          global  2026-11-01T00:00:00Z        2          -5

          2 records of outcome unknown, 2 forgiven, -5 USD in all.
          """,
          ran.out());
      assertEquals(ran.out().replace("2 forgiven", "2 to forgive"), dry);
      assertEquals(
          "2 records of outcome unknown, 0 forgiven, 0 USD in all.\n", box.run(with(all)).out());
      assertEquals("6 records, 1 balances: all agree.\n", box.run("ledger", "verify").out());
      assertTrue(box.run("spend", "--csv").out().contains("gpt-4o,4,3018,0,518,0,0.0125\r\n"));
    }
  }

  private static String[] with(List<String> command, String... more) {
    return Stream.concat(command.stream(), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void forgive_timeAndBackend_leaveOthersAsTheyAre() throws Exception {
    try (var box = unanswered()) {
      var all = List.of("ledger", "forgive", "--outcome", "unknown", "--since", "2026-11-01");
      assertTrue(
          box.run(with(all, "--until", "2026-11-04", "--dry-run"))
              .out()
              .endsWith("1 records of outcome unknown, 1 to forgive, -2 USD in all.\n"));
      assertTrue(
          box.run(with(all, "--backend", "gone"))
              .out()
              .endsWith("2 records of outcome unknown, 1 forgiven, -3 USD in all.\n"));
    }
  }

  @Test
  void forgive_otherOutcomesOrNoTime_isRefused() throws Exception {
    LedgerBox.configure(folder, "memory", "");
    var ran =
        LedgerBox.run(folder, "ledger", "forgive", "--outcome", "lost", "--since", "2026-11-01");
    assertEquals("nexus: usage: --outcome: 'lost' cannot be forgiven: give unknown\n", ran.err());
    assertEquals(2, ran.exitCode());
    assertEquals(2, LedgerBox.run(folder, "ledger", "forgive", "--outcome", "unknown").exitCode());
  }

  @Test
  void carry_renamedBudget_beginsWithWhatWasSpent() throws Exception {
    var renamed =
        """
        [[budgets]]
        name = "new"
        limit = 20
        window = "lifetime"
        match = { team = "research" }
        """;
    try (var box = LedgerBox.open(folder, renamed)) {
      var old = new BudgetCycle("old", Cycle.ENDLESS);
      box.post("2026-11-02T10:00:00Z", CI, GPT, Usage.of(9, 9), "3", Outcome.COMPLETED, old);
      var carry = List.of("ledger", "carry", "--from", "old", "--to", "new");
      var dry = box.run(with(carry, "--dry-run")).out();
      var ran = box.run(with(carry));
      assertEquals("", ran.err());
      assertEquals(
          """
          3 USD of budget 'old' from 1970-01-01T00:00:00Z
          3 USD in all carried to budget 'new' from 1970-01-01T00:00:00Z.
          """,
          ran.out());
      assertEquals(ran.out().replace("carried to", "to carry to"), dry);
      assertTrue(box.run(with(carry)).out().startsWith("0 USD in all"));
      box.post("2026-11-02T11:00:00Z", CI, GPT, Usage.of(9, 9), "1", Outcome.COMPLETED, old);
      assertTrue(box.run(with(carry)).out().startsWith("1 USD of budget 'old'"));
      assertEquals("4 records, 3 balances: all agree.\n", box.run("ledger", "verify").out());
      assertTrue(box.run("spend", "--csv").out().contains("gpt-4o,2,18,0,18,0,4\r\n"));
    }
  }

  @Test
  void carry_toABudgetThatIsNotConfigured_isRefused() throws Exception {
    LedgerBox.configure(folder, "memory", "");
    var ran = LedgerBox.run(folder, "ledger", "carry", "--from", "old", "--to", "none");
    assertTrue(ran.err().contains("there is no budget 'none'"), ran.err());
    assertTrue(ran.err().contains("give one of global"), ran.err());
    assertEquals(2, ran.exitCode());
  }

  @Test
  void restore_backup_replacesTheLedgerOfAStoppedGateway() throws Exception {
    var backup = folder.resolve("backup.db");
    try (var box = spent()) {
      assertEquals(0, box.run("ledger", "backup", backup.toString()).exitCode());
      box.post("2026-11-05T10:00:00Z", CI, GPT, Usage.of(9, 9), "3");
      var refused = box.run("ledger", "restore", backup.toString());
      assertTrue(refused.err().contains("another gateway"), refused.err());
      assertEquals(1, refused.exitCode());
    }
    var ran = LedgerBox.run(folder, "ledger", "restore", backup.toString());
    assertEquals("", ran.err());
    assertTrue(
        ran.out()
            .startsWith("Restored " + backup + ": 2 records, 1 balances, all agree.\nWhat was"),
        ran.out());
    assertEquals(
        "2 records, 1 balances: all agree.\n", LedgerBox.run(folder, "ledger", "verify").out());
    var none = LedgerBox.run(folder, "ledger", "restore", folder.resolve("none").toString());
    assertTrue(none.err().contains("there is no such file"), none.err());
    assertEquals(1, none.exitCode());
  }
}
