package io.nexus.ledger.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Cycle;
import io.nexus.control.ledger.BudgetCycle;
import io.nexus.control.ledger.Draw;
import io.nexus.control.ledger.Ledger;
import io.nexus.control.ledger.LedgerException;
import io.nexus.control.ledger.LedgerException.Kind;
import io.nexus.control.ledger.LedgerSettings;
import io.nexus.control.ledger.Restored;
import io.nexus.control.money.Money;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files of a ledger when it is stopped, copied, killed, replaced and locked. */
@Timeout(120)
class SqliteFilesTest {

  private static final BudgetCycle GLOBAL = new BudgetCycle("global", Cycle.ENDLESS);

  @TempDir Path dir;

  private Path file() {
    return dir.resolve("ledger.db");
  }

  private Path log() {
    return dir.resolve("ledger.db-wal");
  }

  private static LedgerSettings settings(Path file) {
    return new LedgerSettings("jdbc:sqlite:" + file, "");
  }

  private Ledger open() throws LedgerException {
    return new JdbcLedgerFactory().open(settings(file()));
  }

  /** Spends a dollar. */
  private static void spend(Ledger ledger, String id) throws LedgerException {
    ledger.post("a", "a-1", List.of(GLOBAL.forgiven(id, Instant.EPOCH, Money.usd("-1"))));
  }

  private static Money settled(Path file) throws LedgerException {
    try (var books = new JdbcLedgerFactory().books(settings(file))) {
      assertTrue(books.verify().agrees());
      return books.balances().getFirst().settled();
    }
  }

  private static void shell(Path file, String sql) throws Exception {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The files as a gateway leaves them that is killed. */
  private Path killed(Ledger ledger) throws Exception {
    var crashed = Files.createDirectory(dir.resolve("crashed"));
    for (var name : List.of("ledger.db", "ledger.db-wal", "ledger.db.lock")) {
      Files.copy(dir.resolve(name), crashed.resolve(name));
    }
    ledger.close();
    return crashed.resolve("ledger.db");
  }

  @Test
  void close_afterSpendAndReports_leavesAllInTheFileAlone() throws Exception {
    try (var ledger = open()) {
      spend(ledger, "r1");
      assertEquals(Money.usd("1"), ledger.balances().getFirst().settled());
      spend(ledger, "r2");
    }
    assertFalse(Files.exists(log()) && Files.size(log()) > 0);
    var copy = Files.copy(file(), dir.resolve("copy.db"));
    assertEquals(Money.usd("2"), settled(copy));
  }

  @Test
  void open_afterAKill_hasWhatWasInTheLog() throws Exception {
    var ledger = open();
    spend(ledger, "r1");
    assertTrue(Files.size(log()) > 0);
    var crashed = killed(ledger);
    try (var again = new JdbcLedgerFactory().open(settings(crashed))) {
      assertEquals(Money.usd("1"), again.balances().getFirst().settled());
      spend(again, "r2");
    }
    assertEquals(Money.usd("2"), settled(crashed));
  }

  @Test
  void open_backupOverAKilledGatewaysFile_refusesItsLog() throws Exception {
    var ledger = open();
    spend(ledger, "r1");
    var backup = dir.resolve("backup.db");
    ledger.backup(backup);
    spend(ledger, "r2");
    refusesLogOf(killed(ledger), backup);
  }

  @Test
  void open_copyByASqliteShellOverAKilledGatewaysFile_refusesItsLog() throws Exception {
    var ledger = open();
    spend(ledger, "r1");
    var copy = dir.resolve("copy.db");
    shell(file(), "backup to " + copy);
    spend(ledger, "r2");
    refusesLogOf(killed(ledger), copy);
  }

  @Test
  void open_fileOfAnEarlierRunOverAKilledGatewaysFile_refusesItsLog() throws Exception {
    try (var ledger = open()) {
      spend(ledger, "r1");
    }
    var earlier = Files.copy(file(), dir.resolve("earlier.db"));
    var ledger = open();
    spend(ledger, "r2");
    refusesLogOf(killed(ledger), earlier);
  }

  @Test
  void open_backupAfterACleanStopOverAKilledGatewaysFile_refusesItsLog() throws Exception {
    var backup = dir.resolve("backup.db");
    try (var ledger = open()) {
      spend(ledger, "r1");
    }
    try (var books = new JdbcLedgerFactory().books(settings(file()))) {
      books.backup(backup);
    }
    var ledger = open();
    spend(ledger, "r2");
    refusesLogOf(killed(ledger), backup);
  }

  /** The copy has a spend of a dollar, the log of two. */
  private static void refusesLogOf(Path crashed, Path copy) throws Exception {
    Files.copy(copy, crashed, StandardCopyOption.REPLACE_EXISTING);
    var settings = settings(crashed);
    var e =
        assertThrows(LedgerException.class, () -> new JdbcLedgerFactory().open(settings).close());
    assertEquals(Kind.FOREIGN, e.kind(), e.getMessage());
    assertTrue(e.getMessage().contains("nexus ledger restore"), e.getMessage());
    assertTrue(e.getMessage().contains(crashed + "-wal"), e.getMessage());
    var books =
        assertThrows(LedgerException.class, () -> new JdbcLedgerFactory().books(settings).close());
    assertEquals(Kind.FOREIGN, books.kind());
    Files.delete(Path.of(crashed + "-wal"));
    new JdbcLedgerFactory().open(settings).close();
    assertEquals(Money.usd("1"), settled(crashed));
  }

  @Test
  void post_logIsFull_movesItToTheFileAndStillKnowsItsOwn() throws Exception {
    var ledger = open();
    long largest = 0;
    for (int i = 0; i < 40; i++) {
      var id = "r" + i + ":";
      ledger.post(
          "a",
          "a-1",
          IntStream.range(0, 1000)
              .mapToObj(n -> GLOBAL.forgiven(id + n, Instant.EPOCH, new Money(-1)))
              .toList());
      largest = Math.max(largest, Files.size(log()));
    }
    assertTrue(largest < 8 << 20, "it is moved now and then: " + largest);
    assertTrue(Files.size(file()) > 1 << 20, "into the file");
    var crashed = killed(ledger);
    new JdbcLedgerFactory().open(settings(crashed)).close();
    assertEquals(new Money(40_000), settled(crashed));
  }

  @Test
  void post_fileLockedByAShell_failsSoonAndWorksAfterwards() throws Exception {
    try (var ledger = open();
        var shell = DriverManager.getConnection("jdbc:sqlite:" + file());
        var statement = shell.createStatement()) {
      spend(ledger, "r1");
      statement.execute("BEGIN IMMEDIATE");
      long began = System.nanoTime();
      var e = assertThrows(LedgerException.class, () -> spend(ledger, "r2"));
      assertEquals(Kind.UNREACHABLE, e.kind(), e.getMessage());
      assertTrue(e.getMessage().contains("keeps it locked"), e.getMessage());
      assertTrue(
          System.nanoTime() - began < TimeUnit.SECONDS.toNanos(4), "before requests give up");
      statement.execute("COMMIT");
      spend(ledger, "r2");
      assertEquals(Money.usd("2"), ledger.balances().getFirst().settled());
    }
  }

  @Test
  void session_whateverTheAddressSays_forcesDrawsAndNotPosts() throws Exception {
    var odd =
        new LedgerSettings(
            settings(file()).url()
                + "?synchronous=OFF&journal_mode=DELETE&transaction_mode=DEFERRED"
                + "&busy_timeout=60000",
            "");
    try (var session = new Session(odd, Dialect.Use.DRAW)) {
      assertEquals(2, pragma(session, true, "synchronous"), "full");
      assertEquals(1, pragma(session, false, "synchronous"), "normal");
      assertEquals(2, pragma(session, true, "synchronous"), "full again");
      assertEquals(1000, pragma(session, true, "busy_timeout"));
      assertEquals(0, pragma(session, true, "wal_autocheckpoint"));
    }
  }

  @Test
  void calls_onTheirCommit_forceDrawsAndResetsAndNotPosts() throws Exception {
    try (var ledger = JdbcLedger.open(settings(file()))) {
      var lease = ledger.join("a", "a-1", Duration.ofMinutes(1));
      assertEquals(2, synchronous(ledger), "join");
      spend(ledger, "r1");
      assertEquals(1, synchronous(ledger), "post");
      var dollar = Money.usd("1");
      ledger.draw(lease, List.of(new Draw(GLOBAL, Money.usd("9"), dollar, dollar, 1)));
      assertEquals(2, synchronous(ledger), "draw");
      ledger.giveBack(lease, Map.of(GLOBAL, dollar));
      assertEquals(1, synchronous(ledger), "give back");
      ledger.forgive(GLOBAL, "f1", Instant.EPOCH.plusSeconds(1));
      assertEquals(2, synchronous(ledger), "forgive");
    }
  }

  /** How the last commit was made. */
  private static long synchronous(JdbcLedger ledger) throws LedgerException {
    var found = new AtomicLong();
    ledger.session.outside("ask", c -> found.set(Nodes.number(c, "PRAGMA synchronous")));
    return found.get();
  }

  private static long pragma(Session session, boolean force, String name) throws LedgerException {
    Session.Work<Long> ask = c -> Nodes.number(c, "PRAGMA " + name);
    return force ? session.durably("ask", ask) : session.lightly("ask", ask);
  }

  @Test
  void open_databaseGoneAndItsLogThere_beginsAnew() throws Exception {
    var ledger = open();
    spend(ledger, "r1");
    var crashed = killed(ledger);
    Files.delete(crashed);
    try (var again = new JdbcLedgerFactory().open(settings(crashed))) {
      assertEquals(List.of(), again.balances());
    }
  }

  @Test
  void open_lockFileWithoutMarks_takesTheFilesAsTheyAre() throws Exception {
    var ledger = open();
    spend(ledger, "r1");
    var crashed = killed(ledger);
    Files.writeString(Path.of(crashed + ".lock"), "process 1", UTF_8);
    new JdbcLedgerFactory().open(settings(crashed)).close();
    assertEquals(Money.usd("1"), settled(crashed));
  }

  private static Restored restore(Path ledger, Path backup) throws LedgerException {
    return new JdbcLedgerFactory().restore(settings(ledger), backup, Instant.now());
  }

  @Test
  void restore_afterAKill_isWhatTheBackupHadAndKeepsTheRest() throws Exception {
    var ledger = open();
    spend(ledger, "r1");
    var backup = dir.resolve("backup.db");
    ledger.backup(backup);
    spend(ledger, "r2");
    var crashed = killed(ledger);
    var restored = restore(crashed, backup);
    assertTrue(restored.audit().agrees());
    assertEquals(1, restored.audit().records());
    assertFalse(Files.exists(Path.of(crashed + "-wal")));
    assertEquals(Money.usd("1"), settled(crashed));
    assertEquals(Money.usd("2"), settled(restored.kept().orElseThrow()), "with what its log had");
    new JdbcLedgerFactory().open(settings(crashed)).close();
    assertEquals(Money.usd("1"), settled(crashed));
  }

  @Test
  void restore_logOfAnotherFile_doesNotTouchWhatItDoesNotBelongTo() throws Exception {
    var ledger = open();
    spend(ledger, "r1");
    var backup = dir.resolve("backup.db");
    ledger.backup(backup);
    spend(ledger, "r2");
    var crashed = killed(ledger);
    Files.copy(backup, crashed, StandardCopyOption.REPLACE_EXISTING);
    var kept = restore(crashed, backup).kept().orElseThrow();
    assertEquals(Money.usd("1"), settled(crashed));
    assertEquals(-1, Files.mismatch(backup, kept));
    assertTrue(Files.size(Path.of(kept + "-wal")) > 0, "kept, too");
  }

  @Test
  void restore_whereThereIsNone_makesIt() throws Exception {
    try (var ledger = open()) {
      spend(ledger, "r1");
      ledger.backup(dir.resolve("backup.db"));
    }
    var elsewhere = dir.resolve("new/ledger.db");
    assertEquals(Optional.empty(), restore(elsewhere, dir.resolve("backup.db")).kept());
    assertEquals(Money.usd("1"), settled(elsewhere));
  }

  @Test
  void restore_gatewayRuns_isRefused() throws Exception {
    try (var ledger = open()) {
      spend(ledger, "r1");
      var backup = dir.resolve("backup.db");
      ledger.backup(backup);
      var e = assertThrows(LedgerException.class, () -> restore(file(), backup));
      assertEquals(Kind.IN_USE, e.kind(), e.getMessage());
      spend(ledger, "r2");
    }
    assertEquals(Money.usd("2"), settled(file()));
  }

  @Test
  void restore_noLedger_changesNothing() throws Exception {
    try (var ledger = open()) {
      spend(ledger, "r1");
    }
    var text = Files.writeString(dir.resolve("text"), "no database ".repeat(1000));
    var empty = dir.resolve("empty.db");
    shell(empty, "CREATE TABLE t (c)");
    for (var wrong : List.of(text, empty, dir.resolve("none"), file())) {
      var e = assertThrows(LedgerException.class, () -> restore(file(), wrong));
      assertTrue(e.getMessage().startsWith("ledger restore: " + wrong), e.getMessage());
      assertEquals(Money.usd("1"), settled(file()));
    }
    try (var files = Files.list(dir)) {
      assertFalse(files.anyMatch(each -> each.toString().contains("restor")), "nothing is left");
    }
  }
}
