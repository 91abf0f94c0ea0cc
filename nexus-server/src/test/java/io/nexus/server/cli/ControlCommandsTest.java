package io.nexus.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.config.ConfigResult.Invalid;
import io.nexus.config.ConfigResult.Loaded;
import io.nexus.config.NexusConfig;
import io.nexus.server.Extensions;
import io.nexus.server.Gateway;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The effects of commands on a running gateway. */
class ControlCommandsTest {

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init")
  private Gateway gateway;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("admin"), "the-admin-key");
    write(0, "");
    gateway = new Gateway(load(), Extensions.installed(), InstantSource.system());
    gateway.reloadsFrom(() -> NexusConfig.load(file(), Map.of()));
    gateway.start();
    write(gateway.port(), "");
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private Path file() {
    return folder.resolve("nexus.toml");
  }

  private void write(int port, String more) throws IOException {
    Files.writeString(
        file(),
        """
        [server]
        port = %d
        admin_key_file = "%s"
        [ledger]
        url = "memory"
        [budget]
        monthly_limit = 10
        [[limits]]
        name = "fair"
        requests = 600
        [[pricing]]
        model = "m"
        input = 1
        output = 10
        %s
        """
            .formatted(port, folder.resolve("admin"), more));
  }

  private NexusConfig load() {
    return switch (NexusConfig.load(file(), Map.of())) {
      case Loaded loaded -> loaded.config();
      case Invalid invalid -> throw new AssertionError(invalid.problems());
    };
  }

  private String run(int exit, String... words) {
    var out = new StringWriter();
    var all = new String[words.length + 2];
    System.arraycopy(words, 0, all, 0, words.length);
    all[words.length] = "--config";
    all[words.length + 1] = file().toString();
    var err = new StringWriter();
    int ended = NexusCommand.run(new PrintWriter(out), new PrintWriter(err), all);
    assertEquals(exit, ended, () -> out + "\n" + err);
    return out + "" + err;
  }

  private int models(String key) throws IOException {
    var url = URI.create("http://127.0.0.1:" + gateway.port() + "/v1/models").toURL();
    var connection = (HttpURLConnection) url.openConnection();
    connection.setRequestProperty("Authorization", "Bearer " + key);
    return connection.getResponseCode();
  }

  @Test
  void key_createdRotatedAndRevoked_letsInAndOut() throws Exception {
    var printed = run(0, "key", "create", "ci", "--team", "t", "--model", "gpt-*", "--limit", "5");
    var key = printed.lines().findFirst().orElseThrow();
    assertTrue(printed.contains("until the gateway ends"), printed);
    assertEquals(200, models(key));
    var listed = run(0, "key", "list");
    assertTrue(listed.contains("ci") && listed.contains("monthly"), listed);
    var rotated =
        run(0, "key", "rotate", "ci", "--grace-seconds", "0").lines().findFirst().orElseThrow();
    assertEquals(401, models(key));
    assertEquals(200, models(rotated));
    assertTrue(run(0, "key", "revoke", "ci").contains("ci is revoked."));
    assertEquals(401, models(rotated));
    assertTrue(run(1, "key", "revoke", "ci").contains("There is no key of that name."));
    assertTrue(run(2, "key", "create", "a b").contains("is no name"));
  }

  @Test
  void budget_setIncreasedAndReset_isShown() {
    assertTrue(run(0, "budget", "list").contains("global"));
    var spent = run(0, "budget", "set", "global", "0");
    assertTrue(spent.contains(" 100%"), spent);
    assertTrue(run(0, "budget", "set", "global", "0.000000001").contains(" 0.000000001 "));
    var set = run(0, "budget", "set", "global", "2.5");
    assertTrue(set.contains("2.5") && set.contains("configured 10"), set);
    assertTrue(run(0, "budget", "increase", "global", "1").contains("3.5"));
    assertTrue(run(0, "budget", "increase", "global", "0.25").contains("3.75"));
    assertTrue(run(0, "budget", "increase", "global", "2").contains("5.75"));
    assertTrue(run(0, "budget", "undo-increase", "global", "0.250").contains("5.5"));
    assertTrue(run(1, "budget", "undo-increase", "global", "7").contains("no such increase"));
    assertTrue(run(0, "budget", "undo-increase", "global").contains("2.5"));
    assertTrue(run(1, "budget", "undo-increase", "global").contains("no such increase"));
    assertTrue(run(0, "budget", "restore", "global").contains(" 10 "));
    assertTrue(run(0, "budget", "reset", "global").contains("global"));
    assertTrue(run(1, "budget", "set", "none", "1").contains("There is no budget of that name."));
    assertTrue(run(2, "budget", "set", "global", "x").contains("nexus: usage:"));
    var top = run(0, "top", "--once");
    assertTrue(top.contains("0 requests") && top.contains("global"), top);
  }

  @Test
  void reload_changedFile_isInForceOrSaid() throws Exception {
    write(gateway.port(), "[[budgets]]\nname = \"new\"\nlimit = 1");
    assertTrue(run(0, "reload").contains("in force"));
    assertTrue(run(0, "budget", "list").contains("new"));
  }

  @Test
  void limits_setAndRestored_showWhatHolds() throws Exception {
    assertTrue(run(0, "limit", "list").contains("fair"), run(0, "limit", "list"));
    var set = run(0, "limit", "set", "fair", "--requests", "7");
    assertTrue(set.contains("7") && set.contains("configured 600"), set);
    assertTrue(run(0, "limit", "set", "fair", "--disabled", "true").contains("disabled"));
    assertTrue(run(0, "limit", "restore", "fair").contains("600"));
    assertTrue(run(2, "limit", "set", "fair").contains("--requests"));
    assertTrue(run(2, "limit", "set", "fair", "--tokens", "7").contains("says nothing of tokens"));
    assertTrue(run(1, "limit", "set", "none", "--tokens", "7").contains("no limit of that name"));
  }

  @Test
  void prices_setChangedAndDeleted_showWhatHolds() throws Exception {
    assertTrue(run(0, "price", "list").contains("*/m"), run(0, "price", "list"));
    var made = run(0, "price", "set", "m", "input=1", "output=20");
    assertTrue(made.contains("20") && made.contains("instead of nexus.toml's"), made);
    var changed =
        run(0, "price", "set", "*/m", "output=30.5", "fees.search:low=0.01", "tiers.batch.input=1");
    assertTrue(changed.contains("30.5") && changed.contains("fees, tiers"), changed);
    var fewer = run(0, "price", "set", "m", "fees.search:low=");
    assertTrue(fewer.contains("30.5") && !fewer.contains("fees"), fewer);
    var dated = run(0, "price", "set", "OpenAI/ft/x*@2027-01-31", "input=1", "output=2");
    assertTrue(dated.contains("openai/ft/x*@2027-01-31"), dated);
    var json = run(0, "price", "list", "--provider", "OpenAI", "--json");
    assertTrue(json.contains("\"from\":\"2027-01-31\"") && !json.contains("*/m"), json);
    assertTrue(run(0, "price", "delete", "m").contains("*/m is deleted."));
    assertTrue(run(0, "price", "list").contains("configuration"));
    assertTrue(run(0, "price", "m").contains("10"), "a model is still asked for by its name");

    assertTrue(run(1, "price", "delete", "m").contains("It is in nexus.toml"));
    assertTrue(run(1, "price", "delete", "none").contains("no line of prices of that name"));
    assertTrue(run(2, "price", "set", "new", "input=1").contains("output"));
    assertTrue(run(2, "price", "set", "new", "moon=1").contains("moon"));
    assertTrue(run(2, "price", "set", "new", "input=cheap").contains("'cheap' is no number"));
    assertTrue(run(2, "price", "set", "new", "input").contains("give KEY=USD"));
    assertTrue(run(2, "price", "set", "new").contains("KEY=USD"));
    assertTrue(run(2, "price").contains("list, set or delete"));
  }

  @Test
  void commands_withoutTheBackendsKeys_workAll() throws Exception {
    write(
        gateway.port(),
        """
        [[backends]]
        name = "openai"
        type = "openai"
        url = "https://api.openai.com/v1"
        api_key_env = "NO_SUCH_VARIABLE"
        """);
    assertTrue(run(0, "key", "list").contains("state"));
    assertTrue(run(0, "budget", "list").contains("global"));
    assertTrue(run(0, "limit", "list").contains("fair"));
    assertTrue(run(0, "price", "list").contains("*/m"));
    assertTrue(run(0, "price", "m").contains("10"));
    assertTrue(run(0, "top", "--once").contains("global"));
    // The gateway itself does need the key.
    assertTrue(run(2, "reload").contains("NO_SUCH_VARIABLE"));
  }

  @Test
  void list_longerThanAPage_isWhole() throws Exception {
    var many = new StringBuilder();
    for (int i = 0; i < 1001; i++) {
      many.append("[[budgets]]\nname = \"b").append(i).append("\"\nlimit = 1\n");
    }
    write(gateway.port(), many.toString());
    assertTrue(run(0, "reload").contains("in force"));
    assertEquals(1 + 1 + 1001, run(0, "budget", "list").lines().count());
  }

  @Test
  void commands_noGateway_sayWhatToDo() throws Exception {
    gateway.close();
    assertTrue(run(1, "key", "list").contains("no gateway answers there"));
  }
}
