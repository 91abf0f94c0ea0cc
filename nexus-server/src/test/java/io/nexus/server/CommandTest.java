package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nexus.control.routing.Api;
import io.nexus.server.cli.NexusCommand;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as their user meets them: arguments in; texts and an exit code out. */
class CommandTest {

  private record Result(int exit, String out, String err) {}

  @TempDir private Path folder;

  @Test
  void check_validFile_printsWhatIsInForce() throws Exception {
    Result result = run("", "check", "--config", config("[server]\nport = 8123\n").toString());
    assertEquals(0, result.exit(), result::err);
    assertTrue(result.out().contains("port = 8123"), result::out);
    assertTrue(result.out().contains("max_request_bytes = 33554432"), result::out);
  }

  @Test
  void check_severalMistakes_tellsThemAllWithTheirPlaces() throws Exception {
    Path file = config("[server]\nprot = 1\n[budget]\nmonthly_limit = -1\n");
    Result result = run("", "check", "--config", file.toString());
    assertEquals(2, result.exit());
    assertEquals("", result.out());
    var lines = result.err().lines().toList();
    assertEquals(2, lines.size(), result::err);
    assertTrue(lines.get(0).startsWith("nexus: configuration: "), result::err);
    assertTrue(lines.get(0).contains("prot") && lines.get(0).contains("port"), result::err);
    assertTrue(lines.get(1).contains("monthly_limit"), result::err);
    assertFalse(result.err().contains("\tat "), result::err);
  }

  @Test
  void check_noSuchFile_saysWhatToDo() {
    String file = folder.resolve("none.toml").toString();
    Result result = run("", "check", "--config", file);
    assertEquals(2, result.exit());
    assertEquals(
        "nexus: configuration: " + file + ": cannot be read: give an existing file with --config\n",
        result.err());
  }

  @Test
  void check_whatServeWouldRefuse_isRefusedLikewise() throws Exception {
    for (var wrong :
        new String[][] {
          {"[pricing_files]\nlitellm = \"none.json\"\n", "pricing_files.litellm"},
          {
            "[[alerts]]\nname = \"a\"\nurl = \"https://hooks.example.com\"\nsecret_file = \"FILE\"\n",
            "alert"
          },
        }) {
      String file = config(wrong[0].replace("FILE", secret().toString())).toString();
      Result result = run("", "check", "--config", file);
      assertEquals(2, result.exit(), result.err());
      assertTrue(result.err().contains("nexus: " + wrong[1]), result::err);
      assertFalse(result.err().contains("no-such-form"), result::err);
      assertEquals("", result.out());
    }
  }

  private Path secret() throws IOException {
    return Files.writeString(folder.resolve("secret"), "whsec_no-such-form!");
  }

  @Test
  void check_withoutSecrets_missesNone() throws Exception {
    String file =
        config(
                GatewayBox.ONE_CLOUD.replace(
                    "url = \"{0}\"", "url = \"https://a.example\"\napi_key_env = \"NX_NOT_SET\""))
            .toString();
    Result strict = run("", "check", "--config", file);
    assertEquals(2, strict.exit());
    assertTrue(strict.err().contains("NX_NOT_SET is not set"), strict::err);
    Result lenient = run("", "check", "--no-secrets", "--config", file);
    assertEquals(0, lenient.exit(), lenient::err);
    assertTrue(lenient.out().contains("api_key_env = \"NX_NOT_SET\""), lenient::out);
  }

  @Test
  void check_whatMatchesNothing_isNoted() throws Exception {
    String file =
        config(
                GatewayBox.ONE_CLOUD.replace("{0}", "https://a.example")
                    + "[routing.aliases]\nfast = \"none\"\n")
            .toString();
    Result result = run("", "check", "--config", file);
    assertEquals(0, result.exit(), result::err);
    assertTrue(
        result.err().contains("nexus: note: " + file + ":12: routing.aliases.fast: no backend"),
        result::err);
  }

  @Test
  void price_configured_showsTheRuleAndTheCost() throws Exception {
    Path file = config("[[pricing]]\nmodel = \"m-*\"\ninput = 2.5\noutput = 10\n");
    Result result =
        run("", "price", "m-1", "--input", "1000", "--output", "100", "--config", file.toString());
    assertEquals(0, result.exit(), result::err);
    assertTrue(result.out().contains("nexus.toml"), result::out);
    assertTrue(result.out().contains("2.5 USD per million"), result::out);
    assertTrue(result.out().contains("1000 tokens in and 100 out cost 0.0035 USD"), result::out);
  }

  @Test
  void price_negativeTokens_isMisuse() throws Exception {
    Result result = run("", "price", "m", "--input", "-1", "--config", config("").toString());
    assertEquals(2, result.exit());
    assertTrue(result.err().startsWith("nexus: usage: "), result::err);
  }

  @Test
  void explain_request_printsTheDecision() throws Exception {
    Path file = config(GatewayBox.ONE_CLOUD.replace("{0}", "http://127.0.0.1:9/v1"));
    Result result = run(GatewayBox.ask(), "explain", "--config", file.toString());
    assertEquals(0, result.exit(), result::err);
    var decision = new JsonMapper().readTree(result.out());
    assertEquals("route", decision.path("decision").asText());
    assertEquals("cloud", decision.path("backend").asText());
  }

  @Test
  void explain_everyApi_isNamedAndServed() throws Exception {
    Path file = config(GatewayBox.ONE_CLOUD.replace("{0}", "http://127.0.0.1:9/v1"));
    Result help = run("", "explain", "--help");
    Result wrong = run("", "explain", "--api", "moon", "--config", file.toString());
    assertEquals(2, wrong.exit(), wrong::err);
    for (Api api : Api.values()) {
      if (Dialects.named(api.label()).isPresent()) {
        assertTrue(help.out().replaceAll("\\s+", " ").contains(api.label()), help::out);
        assertTrue(wrong.err().contains(api.label()), wrong::err);
      }
    }
    for (String request :
        new String[] {
          "gemini --target m:generateContent ~{'contents':[{'parts':[{'text':'Hi'}]}]}",
          """
          transcriptions ~--b\r
          Content-Disposition: form-data; name='model'\r
          \r
          m\r
          --b\r
          Content-Disposition: form-data; name='file'; filename='a.wav'\r
          \r
          RIFF\r
          --b--\r
          """,
          "speech ~{'model':'m','input':'Hi','voice':'a'}",
          "messages ~{'model':'m','max_tokens':5,'messages':[{'role':'user','content':'Hi'}]}"
        }) {
      var parts = request.replace('\'', '"').split("~", 2);
      var words = ("explain --config " + file + " --api " + parts[0]).strip().split(" ", -1);
      Result result = run(parts[1], words);
      assertEquals(0, result.exit(), result::err);
      assertTrue(new JsonMapper().readTree(result.out()).has("decision"), result::out);
    }
    Result unnamed = run("{}", "explain", "--api", "gemini", "--config", file.toString());
    assertEquals(2, unnamed.exit(), unnamed::err);
    assertTrue(unnamed.err().contains("--target"), unnamed::err);
  }

  @Test
  void explain_noRequest_isMisuseAndQuotesNothing() throws Exception {
    Path file = config("");
    Result result = run("{\"model\": xyzzy", "explain", "--config", file.toString());
    assertEquals(2, result.exit());
    assertTrue(result.err().startsWith("nexus: request: standard input: "), result::err);
    assertFalse(result.err().contains("xyzzy"), result::err);
  }

  @Test
  void anything_unknown_isMisuseAndNamesTheHelp() {
    for (String[] args : new String[][] {{}, {"srve"}, {"check", "--cnofig", "x"}, {"price"}}) {
      Result result = run("", args);
      assertEquals(2, result.exit());
      assertTrue(result.err().startsWith("nexus: usage: "), result::err);
      assertTrue(result.err().contains("--help"), result::err);
      assertFalse(result.err().contains("\tat "), result::err);
    }
  }

  @Test
  void completion_ofEachShell_knowsCommandsAndOptions() throws Exception {
    for (String shell : new String[] {"bash", "zsh"}) {
      Result result = run("", "completion", shell);
      assertEquals(0, result.exit(), result::err);
      for (String known : new String[] {"--no-secrets", "litellm", "budget", "--to-password-env"}) {
        assertTrue(result.out().contains(known), known);
      }
    }
    Path script = Files.writeString(folder.resolve("c"), run("", "completion", "bash").out());
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "source "
                    + script
                    + "; COMP_WORDS=(nexus led); COMP_CWORD=1; _complete_nexus; echo"
                    + " ${COMPREPLY[@]}")
            .redirectErrorStream(true)
            .start();
    String completed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals("ledger\n", completed);
    assertEquals(2, run("", "completion", "fish").exit());
  }

  @Test
  void help_everyCommand_isPrinted() {
    for (String command : new String[] {"serve", "check", "price", "explain", "demo", "version"}) {
      Result result = run("", command, "--help");
      assertEquals(0, result.exit(), result::err);
      assertTrue(result.out().contains("nexus " + command), result::out);
    }
    assertTrue(run("", "version").out().startsWith("nexus "));
  }

  private Path config(String text) throws IOException {
    return Files.writeString(folder.resolve("nexus.toml"), text);
  }

  private static Result run(String input, String... args) {
    InputStream in = System.in;
    PrintStream out = System.out;
    PrintStream err = System.err;
    var printed = new ByteArrayOutputStream();
    var told = new ByteArrayOutputStream();
    try {
      System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
      int exit = NexusCommand.run(args);
      return new Result(
          exit, printed.toString(StandardCharsets.UTF_8), told.toString(StandardCharsets.UTF_8));
    } finally {
      System.setIn(in);
      System.setOut(out);
      System.setErr(err);
    }
  }
}
