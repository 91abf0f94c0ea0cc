package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProblemsTest {

  private static final String BACKEND =
      """
      [[backends]]
      name = "a"
      url = "http://localhost:1"
      type = "vllm"
      """;

  static Stream<Arguments> wrongFiles() {
    return Stream.of(
        arguments(
            "[budget]\nmonthly_limit = -1\n",
            "nexus.toml:2: budget.monthly_limit: -1 is negative: give an amount of USD >= 0"),
        arguments(
            "[budget]\nmonthly_limit = 0.0000000001\n",
            "nexus.toml:2: budget.monthly_limit: 0.0000000001 has more than 9 decimals or is beyond 9.2 billion: give an amount of USD >= 0"),
        arguments(
            "[budget]\nmonthly_limit = 1e999999999\n",
            "nexus.toml:2: budget.monthly_limit: 1E+999999999 has more than 9 decimals or is beyond 9.2 billion: give an amount of USD >= 0"),
        arguments(
            "[budget]\nmonthly_limit = nan\n",
            "nexus.toml:2: budget.monthly_limit: \"NaN\" is no number: give an amount of USD >= 0"),
        arguments(
            "[budget]\nmonthly_limt = 5\nmonthly_limit = 5\n",
            "nexus.toml:2: budget.monthly_limt: unknown key: did you mean monthly_limit?"),
        arguments(
            "[budget]\nmonthly_limit = 1\nlimit = 5\n",
            "nexus.toml:3: budget.limit: unknown key: did you mean monthly_limit?"),
        arguments(
            "[budget]\nmonthly_limit = [1]\n",
            "nexus.toml:2: budget.monthly_limit: is a list: give an amount of USD >= 0"),
        arguments(
            "[budget]\nmonthly_limit = 1\nsoft_limit_percent = 101\n",
            "nexus.toml:3: budget.soft_limit_percent: 101 is out of range: give a whole number from 0 to 100"),
        arguments(
            "[budget]\nmonthly_limit = 1\nsoft_limit_percent = 0.8\n",
            "nexus.toml:3: budget.soft_limit_percent: 0.8 is not whole: give a whole number from 0 to 100"),
        arguments(
            "[budget]\nmonthly_limit = 1\nhard_limit_action = \"stop\"\n",
            "nexus.toml:3: budget.hard_limit_action: \"stop\" is not known: give one of warn, local-only, queue, reject"),
        arguments(
            "[budget]\nmonthly_limit = 1\nhard_limit_percent = 90\n",
            "nexus.toml:3: budget.hard_limit_percent: 90 is not allowed: give 100"),
        arguments(
            "[budget]\nmonthly_limit = 1\nmonthly_limit_usd = 1\n",
            "nexus.toml:3: budget.monthly_limit_usd: is the same as budget.monthly_limit: keep the latter"),
        arguments(
            "[budget]\nmonthly_limit = 1\nbilling_cycle_start_day = 32\n",
            "nexus.toml:3: budget.billing_cycle_start_day: 32 is out of range: give a whole number from 1 to 31"),
        arguments(
            "[budget]\nmonthly_limit = 1\ntime_zone = \"Berlin\"\n",
            "nexus.toml:3: budget.time_zone: \"Berlin\" is no time zone: give an IANA name such as \"UTC\" or \"Europe/Berlin\""),
        arguments(
            "[budget]\nmonthly_limit = 1\nover_budget_status = 500\n",
            "nexus.toml:3: budget.over_budget_status: \"500\" is not known: give one of auto, 429, 402"),
        arguments(
            "[budget]\nmonthly_limit = 1\n[budget.queue]\nmax_sise = 1\n",
            "nexus.toml:4: budget.queue.max_sise: unknown key: did you mean max_size?"),
        arguments(
            "[[budget]]\nname = \"a\"\nlimit = 1\n",
            "nexus.toml:1: budget: is a list: write [budget], or [[budgets]] for those beside the global one"),
        arguments(
            "[budgets]\nmonthly_limit = 1\n",
            "nexus.toml:1: budgets: is a table: write [[budgets]], or [budget] for the global one"),
        arguments(
            "[budgts]\nmonthly_limit = 1\n",
            "nexus.toml:1: budgts: unknown key: did you mean budgets?"),
        arguments(
            "budget = 5\n",
            "nexus.toml:1: budget: is a single value: write [budget], or [[budgets]] for those beside the global one"),
        arguments(
            "[[budgets]]\nlimit = 1\n\n[[budgets]]\nname = \"b\"\n",
            "nexus.toml:1: budgets[0].name: is missing: give up to 64 letters, digits, dots, dashes and underscores, a letter or digit first\nnexus.toml:4: budgets[1].limit: is missing: give an amount of USD >= 0"),
        arguments(
            "[[budgets]]\nname = \"global\"\nlimit = 1\n",
            "nexus.toml:2: budgets[0].name: \"global\" is the name of [budget]: give another name"),
        arguments(
            "[[budgets]]\nname = \"a\"\nlimit = 1\n[[budgets]]\nname = \"a\"\nlimit = 1\n",
            "nexus.toml:5: budgets[1].name: \"a\" is taken by budgets[0]: give each its own"),
        arguments(
            "[[budgets]]\nname = \"a\"\nlimit = 1\nwindow = \"fortnight\"\n",
            "nexus.toml:4: budgets[0].window: \"fortnight\" is no window: give hourly, daily, weekly, monthly, lifetime, or a duration such as \"30s\", \"15m\", \"12h\" or \"7d\""),
        arguments(
            "[[budgets]]\nname = \"a\"\nlimit = 1\nmatch = { teem = \"x\" }\n",
            "nexus.toml:4: budgets[0].match.teem: unknown key: did you mean team?"),
        arguments(
            BACKEND + "[[budgets]]\nname = \"b\"\nlimit = 1\nmatch = { backend = \"aa\" }\n",
            "nexus.toml:8: budgets[0].match.backend: there is no backend \"aa\": did you mean a?"),
        arguments(
            "[server]\nport = 70000\n",
            "nexus.toml:2: server.port: 70000 is out of range: give a whole number from 0 to 65535"),
        arguments(
            "[server]\nport = \"http\"\n",
            "nexus.toml:2: server.port: \"http\" is no number: give a whole number from 0 to 65535"),
        arguments(
            "[server]\nhost = \"0.0.0.0\"\n",
            "nexus.toml:2: server.host: other machines reach \"0.0.0.0\" and there are no [[keys]]: add [[keys]], listen on \"127.0.0.1\", or set server.allow_anonymous = true"),
        arguments(
            "[server]\nadmin_key = \"sk-1\"\n",
            "nexus.toml:2: server.admin_key: the file must not contain secrets: name an environment variable in admin_key_env or a file in admin_key_file"),
        arguments(
            "[server]\nallow_anonymous = 1\n",
            "nexus.toml:2: server.allow_anonymous: \"1\" is neither true nor false: give true or false"),
        arguments(
            "[[keys]]\nname = \"a\"\nkey_env = \"NO_SUCH\"\n",
            "nexus.toml:3: keys[0].key_env: environment variable NO_SUCH is not set: provide the secret there"),
        arguments(
            "[[keys]]\nname = \"a\"\nkey_env = \"sk-proj-abc\"\n",
            "nexus.toml:3: keys[0].key_env: does not name a set environment variable (not shown: it may be the secret): provide the secret there"),
        arguments(
            "[[keys]]\nname = \"a\"\nkey_file = \"/no/such\"\n",
            "nexus.toml:3: keys[0].key_file: \"/no/such\" cannot be read or is empty: provide the secret there"),
        arguments(
            "[[keys]]\nname = \"a\"\n",
            "nexus.toml:1: keys[0].key_env: is missing: give one of key_env, key_file, sha256"),
        arguments(
            "[[keys]]\nname = \"a\"\nsha256 = \"sk-proj-abc\"\n",
            "nexus.toml:3: keys[0].sha256: is no SHA-256 (not shown: it may be a key): give the 64 hexadecimal digits of the key's SHA-256"),
        arguments(
            "[[keys]]\nname = \"a\"\nkey_env = \"SET\"\n[[keys]]\nname = \"b\"\nkey_env = \"SAME\"\n",
            "nexus.toml:4: keys[1]: is the same key as keys[0]: give each its own"),
        arguments(
            "[[keys]]\nname = \"a\"\nkey_env = \"SET\"\nkey_file = \"f\"\n",
            "nexus.toml:4: keys[0].key_file: is given beside key_env: keep one of them"),
        arguments(
            "[ledger]\nmax_chunk = 0.0\n",
            "nexus.toml:2: ledger.max_chunk: 0 is nothing: give an amount of USD > 0"),
        arguments(
            "[[pricing]]\nmodel = \"a\"\ninput = 1\noutput = 2\n[[pricing]]\nmodel = \"a\"\ninput = 1\noutput = 2\n",
            "nexus.toml:6: pricing[1].model: \"a\" is taken by pricing[0]: give each its own"),
        arguments(
            "[[keys]]\nname = \"a\"\nkey_env = \"SET\"\ntags = \"x\"\n",
            "nexus.toml:4: keys[0].tags: is a single value: give a list, as in tags = [...]"),
        arguments(
            "[[keys]]\nname = \"a\"\nkey_env = \"SET\"\ntags = [\"x,y\"]\n",
            "nexus.toml:4: keys[0].tags[0]: \"x,y\" is no tag: give a text without commas"),
        arguments(
            "[routing.aliases]\na = \"b\"\nb = \"a\"\n",
            "nexus.toml:2: routing.aliases.a: is a cycle: a -> b -> a: let the chain end at a model"),
        arguments(
            "[routing.aliases]\n\"m.1\" = \"m.2\"\n\"m.2\" = \"m.3\"\n\"m.3\" = \"m.4\"\n\"m.4\" = \"m.5\"\n",
            "nexus.toml:2: routing.aliases.\"m.1\": takes 4 hops: m.1 -> m.2 -> m.3 -> m.4 -> m.5: use at most 3"),
        arguments(
            "[routing.fallbacks]\na = [\"a\"]\n",
            "nexus.toml:2: routing.fallbacks.a: \"a\" falls back to itself: list other models"),
        arguments(
            "[routing.fallbacks]\na = \"b\"\n",
            "nexus.toml:2: routing.fallbacks.a: is a single value: give a list, as in a = [...]"),
        arguments(
            "[routing.weights]\npriority = 0\nload = 0\nlatency = 0\n",
            "nexus.toml:2: routing.weights.priority: all three weights are 0: give one of them above 0"),
        arguments(
            "[[routing.policies]]\nprivacy = \"secret\"\n",
            "nexus.toml:1: routing.policies[0].model_pattern: is missing: give a name, in which * stands for any text\nnexus.toml:2: routing.policies[0].privacy: \"secret\" is not known: give one of restricted, unrestricted"),
        arguments(
            "[[backends]]\nname = \"a\"\nurl = \"https://me:pw@host/v1\"\ntype = \"openai\"\n",
            "nexus.toml:3: backends[0].url: has credentials in it (not shown): give an address such as \"https://api.example.com/v1\""),
        arguments(
            "[[backends]]\nname = \"a\"\nurl = \"https://host/v1?key=sk-1\"\ntype = \"openai\"\n",
            "nexus.toml:3: backends[0].url: has a query in it (not shown): give an address such as \"https://api.example.com/v1\""),
        arguments(
            "[[backends]]\nname = \"a\"\nurl = \"host:80\"\ntype = \"openai\"\n",
            "nexus.toml:3: backends[0].url: does not start with http:// or https://: give an address such as \"https://api.example.com/v1\""),
        arguments(
            "[[backends]]\nname = \"a b\"\nurl = \"http://h\"\ntype = \"opnai\"\n",
            "nexus.toml:2: backends[0].name: \"a b\" is no name: give up to 64 letters, digits, dots, dashes and underscores, a letter or digit first\nnexus.toml:4: backends[0].type: \"opnai\" is not known: give one of openai, anthropic, google, ollama, vllm, llamacpp, lmstudio, exo, generic"),
        arguments(
            BACKEND + BACKEND,
            "nexus.toml:6: backends[1].name: \"a\" is taken by backends[0]: give each its own"),
        arguments(
            BACKEND + "tier = 4\n",
            "nexus.toml:5: backends[0].tier: 4 is out of range: give a whole number from 1 to 3"),
        arguments(
            "[[pricing]]\nmodel = \" \"\ninput = 1\noutput = 2\n",
            "nexus.toml:2: pricing[0].model: \" \" is no such pattern: give a name, in which * stands for any text"),
        arguments(
            "[[pricing]]\nmodel = \"a\"\ninput = 1\noutput = 2\nlong_prompt_above = 5\n",
            "nexus.toml:1: pricing[0].long_prompt_input: is missing: give an amount of USD >= 0\nnexus.toml:1: pricing[0].long_prompt_output: is missing: give an amount of USD >= 0"),
        arguments(
            "[ledger]\nurl = \"jdbc:postgresql://h/d?user=u&password=p\"\n",
            "nexus.toml:2: ledger.url: has a password in it (not shown; password_env names one): give \"memory\", \"jdbc:sqlite:FILE\" or \"jdbc:postgresql://HOST/DATABASE?user=USER\""),
        arguments(
            "[ledger]\nurl = \"mysql\"\n",
            "nexus.toml:2: ledger.url: is not a known ledger address: give \"memory\", \"jdbc:sqlite:FILE\" or \"jdbc:postgresql://HOST/DATABASE?user=USER\""),
        arguments(
            "[[alerts]]\nname = \"a\"\n",
            "nexus.toml:1: alerts[0].url: is missing: give one of url, url_env, url_file"),
        arguments(
            "[[alerts]]\nname = \"a\"\nurl_env = \"SET\"\n",
            "nexus.toml:3: alerts[0].url_env: the address in SET does not start with http:// or https://: give an address such as \"https://hooks.example.com/a\""),
        arguments(
            "[[alerts]]\nname = \"a\"\nurl = \"http://h\"\nthresholds = [0]\n",
            "nexus.toml:4: alerts[0].thresholds[0]: 0 is out of range: give a whole number from 1 to 1000"),
        arguments(
            "x = 1\n[server]\nhots = 1\n# a comment\nport = -1\n",
            "nexus.toml:1: x: unknown key: did you mean log?\nnexus.toml:3: server.hots: unknown key: did you mean host?\nnexus.toml:5: server.port: -1 is out of range: give a whole number from 0 to 65535"));
  }

  @ParameterizedTest
  @MethodSource("wrongFiles")
  void load_wrongFile_saysWhatIsWrong(String toml, String problems) {
    assertEquals(
        problems,
        Example.problems(toml, Map.of("SET", "a-secret-value", "SAME", "a-secret-value")));
  }

  static Stream<Arguments> malformedFiles() {
    return Stream.of(
        arguments(
            "[server]\nport = \n", "nexus.toml:2: is no valid TOML: Newline not permitted here"),
        arguments("a = 1\na = 2\nb = 3\n", "nexus.toml:2: is no valid TOML: Duplicate key"),
        arguments("a = 1\na = 2", "nexus.toml:2: is no valid TOML: Duplicate key"),
        arguments("[x]\n[x]\n", "nexus.toml:2: is no valid TOML: Table redefined"),
        arguments("\n\nkey = sk-abc\n", "nexus.toml:3: is no valid TOML: Unknown token"),
        arguments("key = \"sk-abc\n", "nexus.toml:1: is no valid TOML: Newline not permitted here"),
        arguments("\"\" = 1\n", "nexus.toml: is no valid TOML: a key is empty"),
        arguments(
            "a = " + "[".repeat(40) + "]".repeat(40),
            "nexus.toml: is no valid TOML: tables and lists are nested too deep"));
  }

  @ParameterizedTest
  @MethodSource("malformedFiles")
  void load_malformedFile_saysWhere(String toml, String problem) {
    assertEquals(problem, Example.problems(toml, Map.of()));
  }

  @Test
  void load_veryDeepNesting_isAProblem() {
    assertFalse(Example.problems("a = " + "[".repeat(100_000), Map.of()).isEmpty());
    assertFalse(Example.problems("a = { b = ".repeat(5_000), Map.of()).isEmpty());
    assertFalse(Example.problems("a" + ".a".repeat(20_000) + " = 1\n", Map.of()).isEmpty());
  }

  @Test
  void load_noFile_isAProblem(@TempDir Path folder) {
    var file = folder.resolve("nexus.toml");

    assertEquals(
        file + ": there is no such file: create it, or name another",
        ((ConfigResult.Invalid) NexusConfig.load(file, Map.of())).problems().getFirst().toString());
  }

  @Test
  void load_notUtf8_isAProblem(@TempDir Path folder) throws IOException {
    var file = Files.write(folder.resolve("nexus.toml"), new byte[] {'#', (byte) 0xff, '\n'});

    assertEquals(
        file + ": is not in UTF-8: save it in UTF-8",
        ((ConfigResult.Invalid) NexusConfig.load(file, Map.of())).problems().getFirst().toString());
  }

  @Test
  void load_byteOrderMark_isSkipped() {
    assertEquals("", Example.problems("\uFEFF[server]\nport = 1\n", Map.of()));
  }
}
