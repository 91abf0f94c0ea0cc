package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.money.Usage;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
          Left as they are: records of model 'zzz-unheard-of', whose price nobody knows: give one \
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
              + "completed,global",
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
}
