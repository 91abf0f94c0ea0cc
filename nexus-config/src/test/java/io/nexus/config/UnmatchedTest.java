package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nexus.config.ConfigResult.Loaded;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Settings without effect are reported. */
class UnmatchedTest {

  private static final String BACKEND =
      """
      [[backends]]
      name = "a"
      type = "openai"
      url = "https://api.openai.com/v1"
      models = ["gpt-4o", "llama3:latest"]
      """;

  private static List<String> notices(String toml) {
    return assertInstanceOf(Loaded.class, NexusConfig.parse("n", toml, Map.of())).notices();
  }

  @Test
  void tell_whatMatchesNothing_isNotedWithItsLine() {
    var toml =
        BACKEND
            + """
            [budget]
            monthly_limit = 1
            [[budgets]]
            name = "b"
            limit = 1
            match = { team = "none", model = "claude-*" }
            [[limits]]
            name = "l"
            requests = 5
            match = { team = "nobody" }
            [[keys]]
            name = "k"
            sha256 = "%s"
            team = "research"
            models = ["gpt-4o*", "mistral-*"]
            [[alerts]]
            name = "al"
            url = "https://hooks.example.com"
            budgets = "teams/*"
            [routing.aliases]
            good = "gpt-4o"
            bad = "gpt-5"
            [routing.fallbacks]
            "gpt-4o" = ["llama3", "phi"]
            good = ["llama3"]
            [[routing.policies]]
            model_pattern = "grok-*"
            [[routing.policies]]
            model_pattern = "goo*"
            """
                .formatted("a".repeat(64));
    assertEquals(
        List.of(
            "n:27: routing.aliases.bad: no backend serves \"gpt-5\"",
            "n:29: routing.fallbacks.gpt-4o: no backend serves \"phi\"",
            "n:32: routing.policies[0].model_pattern: no model here matches \"grok-*\"",
            "n:11: budgets[0].match.model: no model here matches \"claude-*\"",
            "n:20: keys[0].models: no model here matches \"mistral-*\"",
            "n:30: routing.fallbacks.good: \"good\" is an alias, and fallbacks apply to the model"
                + " behind it: give them for \"gpt-4o\"",
            "n:11: budgets[0].match.team: no key of the file has the team \"none\"; one that the"
                + " admin API made may have it",
            "n:15: limits[0].match.team: no key of the file has the team \"nobody\"; one that the"
                + " admin API made may have it",
            "n:24: alerts[0].budgets: no budget here matches \"teams/*\""),
        notices(toml));
  }

  @Test
  void tell_aBackendIsAskedForItsModels_saysNothingOfModels() {
    var toml =
        BACKEND
            + """
            [[backends]]
            name = "ollama"
            type = "ollama"
            url = "http://127.0.0.1:11434/v1"
            [routing.aliases]
            fast = "whatever"
            """;
    assertEquals(List.of(), notices(toml));
  }

  @Test
  void parse_secretsThatAreNotThere_areNoMistake() {
    var toml =
        BACKEND
            + """
            api_key_env = "NOT_SET"
            headers = { "X-Key_env" = "NOT_SET_EITHER" }
            [[keys]]
            name = "k"
            key_file = "/none/key"
            [[alerts]]
            name = "al"
            url_env = "NOT_SET"
            secret_env = "NOT_SET"
            [budget]
            monthly_limit = 1
            """;
    assertEquals(List.of(), notices(toml));
  }
}
