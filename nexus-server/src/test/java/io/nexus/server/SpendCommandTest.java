package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.control.budget.Caller;
import io.nexus.control.ledger.ServedBy;
import io.nexus.control.money.Usage;
import io.nexus.server.cli.NexusCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpendCommandTest {

  private static final Caller CI = new Caller("ci", "research", "", List.of("batch", "a,\"b\""));
  private static final Caller DEV = new Caller("dev", "", "", List.of("batch"));
  private static final ServedBy GPT = new ServedBy("openai", "openai", "gpt-4o");
  private static final ServedBy LLAMA = new ServedBy("ollama", "", "llama3:70b");

  @TempDir Path folder;

  private LedgerBox spent() throws Exception {
    var box = LedgerBox.open(folder, "");
    box.post("2026-11-02T10:00:00Z", CI, GPT, new Usage(1000, 400, 0, 0, 500, 300, 0), "1.0000125");
    box.post("2026-11-04T23:59:59.999Z", DEV, GPT, Usage.of(10, 20), "0.5");
    box.post("2026-11-05T00:00:00Z", Caller.ANONYMOUS, LLAMA, Usage.of(7, 3), "0");
    return box;
  }

  @Test
  void spend_whileAGatewayRuns_printsATableWithTheTotal() throws Exception {
    try (var box = spent()) {
      var ran = box.run("spend");
      assertEquals("", ran.err());
      assertEquals(
          """
          Spend by model

          model       requests  input  cached  output  reasoning   cost USD
          gpt-4o             2   1010     400     520        300  1.5000125
          llama3:70b         1      7       0       3          0  0.0000000
          ----------  --------  -----  ------  ------  ---------  ---------
          total              3   1017     400     523        300  1.5000125
          """,
          ran.out());
      assertEquals(0, ran.exitCode());
    }
  }

  @Test
  void spend_byDay_chartsTheDaysBetweenToo() throws Exception {
    try (var box = spent()) {
      assertEquals(
          """
          Spend by day since 2026-11-01T00:00:00Z until 2026-12-01T00:00:00Z, UTC

          day         requests  input  cached  output  reasoning   cost USD
          2026-11-02         1   1000     400     500        300  1.0000125  %s
          2026-11-03         0      0       0       0          0  0.0000000
          2026-11-04         1     10       0      20          0  0.5000000  %s
          2026-11-05         1      7       0       3          0  0.0000000
          ----------  --------  -----  ------  ------  ---------  ---------  %s
          total              3   1017     400     523        300  1.5000125
          """
              .formatted("#".repeat(30), "#".repeat(15), "-".repeat(30)),
          box.run("spend", "--by", "day", "--since", "2026-11-01", "--until", "2026-12-01").out());
    }
  }

  @Test
  void spend_byTwoGroups_dividesTheOuterOnes() throws Exception {
    try (var box = spent()) {
      box.post("2026-11-05T01:00:00Z", CI, LLAMA, Usage.of(7, 3), "0");
      assertEquals(
          """
          Spend by team and model

          team      model       requests  input  cached  output  reasoning   cost USD
          research  gpt-4o             1   1000     400     500        300  1.0000125
                    llama3:70b         1      7       0       3          0  0.0000000
          (none)    gpt-4o             1     10       0      20          0  0.5000000
                    llama3:70b         1      7       0       3          0  0.0000000
          --------  ----------  --------  -----  ------  ------  ---------  ---------
          total                        4   1024     400     526        300  1.5000125
          """,
          box.run("spend", "--by", "team,model").out());
      assertEquals(
          """
          day,key,requests,input_tokens,cached_input_tokens,output_tokens,reasoning_tokens,cost_usd
          2026-11-04,dev,1,10,0,20,0,0.5
          2026-11-05,,1,7,0,3,0,0
          2026-11-05,ci,1,7,0,3,0,0
          """
              .replace("\n", "\r\n"),
          box.run("spend", "--by", "day,key", "--csv", "--since", "2026-11-03").out());
      var json = GatewayBox.parse(box.run("spend", "--by", "tag,key", "--json").out());
      assertEquals("tag,key", json.path("by").asText());
      assertEquals("batch", json.at("/data/0/tag").asText());
      assertEquals("ci", json.at("/data/0/key").asText());
      assertEquals("1.5000125", json.at("/total/cost_usd").asText());
      assertEquals(2, box.run("spend", "--by", "team,team").exitCode());
      assertEquals(2, box.run("spend", "--by", "team,model,key").exitCode());
    }
  }

  @Test
  void spend_filtered_countsWhatIsAskedFor() throws Exception {
    try (var box = spent()) {
      var json = box.run("spend", "--team", "research", "--model", "gpt-4o", "--json").out();
      assertEquals("1.0000125", GatewayBox.parse(json).at("/total/cost_usd").asText());
      var none = box.run("spend", "--user", "nobody");
      assertEquals("Nothing spent.\n", none.out());
      var both = box.run("spend", "--key", "ci", "--by", "team,backend", "--json").out();
      assertEquals(1, GatewayBox.parse(both).path("data").size());
    }
  }

  @Test
  void spend_ledgerByItsAddress_needsNoConfiguration() throws Exception {
    try (var _ = spent()) {
      Files.writeString(
          folder.resolve("nexus.toml"), "[[keys]]\nname = \"k\"\nkey_env = \"NOT_SET\"\n");
      var url = "jdbc:sqlite:" + folder.resolve("ledger.db");
      var told = new StringWriter();
      var out = new PrintWriter(told, true);
      assertEquals(
          0, NexusCommand.run(out, out, "spend", "--ledger", url, "--json"), told::toString);
      assertEquals("1.5000125", GatewayBox.parse(told.toString()).at("/total/cost_usd").asText());
      var verified = NexusCommand.run(out, out, "ledger", "verify", "--ledger", url);
      assertEquals(0, verified, told::toString);
      assertEquals(2, NexusCommand.run(out, out, "spend", "--ledger", "file:ledger.db"));
    }
  }

  @Test
  void spend_otherSecretsAreNotThere_needsTheLedgersOnly() throws Exception {
    try (var box = spent()) {
      var file = folder.resolve("nexus.toml");
      Files.writeString(
          file, Files.readString(file) + "\n[[keys]]\nname = \"k\"\nkey_env = \"NX_NOT_SET\"\n");
      assertEquals("", box.run("spend").err());
      assertEquals(0, box.run("ledger", "verify").exitCode());
    }
  }

  @Test
  void spend_byTag_countsARequestForEachTagAndOnceInAll() throws Exception {
    try (var box = spent()) {
      var json = box.run("spend", "--by", "tag", "--json").out();
      assertEquals(
          """
          {"object":"spend","by":"tag","since":null,"until":null,"time_zone":"UTC","data":[\
          {"group":"batch","requests":2,"input_tokens":1010,"cached_input_tokens":400,\
          "output_tokens":520,"reasoning_tokens":300,"cost_usd":1.5000125},\
          {"group":"a,\\"b\\"","requests":1,"input_tokens":1000,"cached_input_tokens":400,\
          "output_tokens":500,"reasoning_tokens":300,"cost_usd":1.0000125},\
          {"group":null,"requests":1,"input_tokens":7,"cached_input_tokens":0,\
          "output_tokens":3,"reasoning_tokens":0,"cost_usd":0}],\
          "total":{"requests":3,"input_tokens":1017,"cached_input_tokens":400,\
          "output_tokens":523,"reasoning_tokens":300,"cost_usd":1.5000125}}
          """,
          json);
    }
  }

  @Test
  void spend_csv_quotesAndEndsLinesAsTheRfcSays() throws Exception {
    try (var box = spent()) {
      assertEquals(
          "tag,requests,input_tokens,cached_input_tokens,output_tokens,reasoning_tokens,cost_usd\r\n"
              + "batch,2,1010,400,520,300,1.5000125\r\n"
              + "\"a,\"\"b\"\"\",1,1000,400,500,300,1.0000125\r\n"
              + ",1,7,0,3,0,0\r\n",
          box.run("spend", "--by", "tag", "--csv").out());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-05, 2026-11-06, 1",
    "2026-11-04T23:59:59.999Z, 2026-11-05T00:00:00.001Z, 2",
    "2026-11-02T11:00:00+01:00, 2026-11-02T10:00:00.001, 1"
  })
  void spend_between_includesItsStartOnly(String since, String until, int requests)
      throws Exception {
    try (var box = spent()) {
      var json = box.run("spend", "--json", "--since", since, "--until", until).out();
      var total = json.substring(json.indexOf("\"total\""));
      assertTrue(total.startsWith("\"total\":{\"requests\":" + requests + ","), json);
    }
  }

  @Test
  void spend_nothingSpent_saysSo() throws Exception {
    try (var box = spent()) {
      var ran = box.run("spend", "--until", "2026-11-01");
      assertEquals("Nothing spent until 2026-11-01T00:00:00Z.\n", ran.out());
      assertEquals(0, ran.exitCode());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--since, yesterday, usage: --since: 'yesterday' is no moment: give a day such as",
    "--until, 2026-13-01, usage: --until: '2026-13-01' is no moment",
    "--since, 99999d, usage: --since: '99999d' is no moment",
    "--by, colour, 'give one of model, backend, api, key, team, user, tag, outcome, day'"
  })
  void spend_misused_saysWhatToGive(String option, String value, String said) throws Exception {
    LedgerBox.configure(folder, "jdbc:sqlite:" + folder.resolve("none.db"), "");
    var ran = LedgerBox.run(folder, "spend", option, value);
    assertTrue(ran.err().startsWith("nexus: usage: ") && ran.err().contains(said), ran.err());
    assertEquals(2, ran.exitCode());
  }

  @Test
  void spend_untilBeforeSince_isRefused() throws Exception {
    try (var box = spent()) {
      assertEquals(2, box.run("spend", "--since", "1d", "--until", "2d").exitCode());
      assertEquals(2, box.run("spend", "--json", "--csv").exitCode());
    }
  }

  @Test
  void spend_memory_saysThatThereAreNoBooks() throws Exception {
    LedgerBox.configure(folder, "memory", "");
    var ran = LedgerBox.run(folder, "spend");
    assertTrue(ran.err().startsWith("nexus: ledger: \"memory\": it ends with"), ran.err());
    assertEquals(2, ran.exitCode());
  }

  @Test
  void spend_noFile_saysWhereAndMakesNone() throws Exception {
    var file = folder.resolve("none.db");
    LedgerBox.configure(folder, "jdbc:sqlite:" + file, "");
    var ran = LedgerBox.run(folder, "spend");
    assertTrue(ran.err().startsWith("nexus: ledger: " + file + ": there is no such"), ran.err());
    assertEquals(1, ran.exitCode());
    assertFalse(Files.exists(file));
  }

  @Test
  void spend_damagedFile_saysWhatToDo() throws Exception {
    var file = folder.resolve("ledger.db");
    Files.writeString(file, "no ledger at all. ".repeat(1000));
    LedgerBox.configure(folder, "jdbc:sqlite:" + file, "");
    var ran = LedgerBox.run(folder, "spend");
    assertTrue(ran.err().startsWith("nexus: ledger: ") && ran.err().contains("damaged"), ran.err());
    assertEquals(1, ran.exitCode());
  }

  @Test
  void spend_databaseAway_saysSoWithoutTheSecret() throws Exception {
    LedgerBox.configure(folder, "jdbc:postgresql://127.0.0.1:1/nexus?user=nexus", "");
    var ran = LedgerBox.run(folder, "spend");
    assertTrue(ran.err().contains("the database cannot be reached"), ran.err());
    assertFalse(ran.err().contains("user="), ran.err());
    assertEquals(1, ran.exitCode());
  }
}
