package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.nexus.control.money.Money;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EnvironmentOverridesTest {

  private static final String FILE =
      """
      [server]
      port = 8000
      [budget]
      monthly_limit = 1
      [[backends]]
      name = "a"
      url = "http://localhost:1"
      type = "vllm"
      """;

  @Test
  void load_overrides_winOverTheFile() {
    var loaded =
        Example.loaded(
            FILE,
            Map.of(
                "NEXUS_SERVER__PORT", "9000",
                "NEXUS_BUDGET__MONTHLY_LIMIT", "12.345678901",
                "NEXUS_BUDGET__QUEUE__MAX_SIZE", "3",
                "NEXUS_BACKENDS__0__URL", "http://localhost:2",
                "NEXUS_ROUTING__ALIASES__FAST", "llama3"));
    var config = loaded.config();

    assertEquals(9000, config.server().port());
    assertEquals(Optional.of(Money.usd("12.345678901")), config.budget().limit());
    assertEquals(3, config.budget().queue().maxSize());
    assertEquals("http://localhost:2", config.backends().getFirst().url().toString());
    assertEquals(Map.of("fast", "llama3"), config.routing().aliases());
    assertEquals(true, loaded.explicit().contains("budget.queue.max_size"));
  }

  @Test
  void defaults_overrides_areApplied() {
    var result = NexusConfig.defaults(Map.of("NEXUS_SERVER__PORT", "1"));

    assertEquals(1, ((ConfigResult.Loaded) result).config().server().port());
  }

  @Test
  void load_variablesWithoutDoubleUnderscore_areNoOverrides() {
    var environment =
        Map.of(
            "NEXUS_ADMIN_KEY", "a",
            "NEXUS_LEDGER_PASSWORD", "b",
            "NEXUS_KEY_CI", "c",
            "NEXUS_JAVA_HOME", "/jdk",
            "OTHER__PORT", "x");

    assertEquals("", Example.problems(FILE, environment));
  }

  static Stream<Arguments> wrongVariables() {
    return Stream.of(
        arguments(
            "NEXUS_SERVER__PORT",
            "many",
            "NEXUS_SERVER__PORT: server.port: \"many\" is no number: give a whole number from 0 to 65535"),
        arguments(
            "NEXUS_SERVER__PROT",
            "1",
            "NEXUS_SERVER__PROT: server.prot: unknown key: did you mean port?"),
        arguments(
            "NEXUS_SERVR__PORT",
            "1",
            "NEXUS_SERVR__PORT: servr: unknown key: did you mean server?"),
        arguments("NEXUS_SERVER__", "1", "NEXUS_SERVER__: names no key: write NEXUS_SECTION__KEY"),
        arguments("NEXUS___PORT", "1", "NEXUS___PORT: names no key: write NEXUS_SECTION__KEY"),
        arguments(
            "NEXUS_BACKENDS__1__URL",
            "x",
            "NEXUS_BACKENDS__1__URL: backends[1].url: the file has 1 of these and no 1: give a position counted from 0"),
        arguments(
            "NEXUS_BACKENDS__0__MODELS",
            "x",
            "NEXUS_BACKENDS__0__MODELS: backends[0].models: is a single value: give a list, as in models = [...]"),
        arguments(
            "NEXUS_SERVER__PORT__X",
            "1",
            "NEXUS_SERVER__PORT__X: server.port.x: server.port is a single value: override that"),
        arguments(
            "NEXUS_SERVER__HOST__X",
            "1",
            "NEXUS_SERVER__HOST__X: server.host: is a table: give a host name or an address such as \"127.0.0.1\""),
        arguments(
            "NEXUS_ROUTING__WEIGHTS",
            "1",
            "NEXUS_ROUTING__WEIGHTS: routing.weights: is a single value: write [routing.weights]"));
  }

  @ParameterizedTest
  @MethodSource("wrongVariables")
  void load_wrongVariable_isNamed(String variable, String value, String problem) {
    assertEquals(problem, Example.problems(FILE, Map.of(variable, value)));
  }

  @Test
  void load_twoVariablesInAnUnknownSection_areBothNamed() {
    assertEquals(
        """
        NEXUS_SERVR__HOST: servr: unknown key: did you mean server?
        NEXUS_SERVR__PORT: servr: unknown key: did you mean server?""",
        Example.problems("", Map.of("NEXUS_SERVR__PORT", "1", "NEXUS_SERVR__HOST", "h")));
  }
}
