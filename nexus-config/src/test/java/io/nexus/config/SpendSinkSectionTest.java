package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.config.SpendSinkConfig.Target.Other;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpendSinkSectionTest {

  @Test
  void read_mistakes_areAllTold() {
    var problems =
        Example.problems(
            """
            [[spend_sinks]]
            name = "a"
            type = "file"
            path = "out/spend.jsonl"
            url = "https://example.com"
            [[spend_sinks]]
            name = "a"
            type = "file"
            path = "./out/spend.jsonl"
            batch_size = 0
            [[spend_sinks]]
            name = "b"
            type = "webhook"
            [[spend_sinks]]
            name = "c"
            type = "queue"
            [spend_sinks.options]
            password_env = "NOT_THERE"
            """,
            Map.of());

    assertTrue(problems.contains("spend_sinks[0].url: unknown key"), problems);
    assertTrue(
        problems.contains("spend_sinks[1].name: \"a\" is taken by spend_sinks[0]"), problems);
    assertTrue(problems.contains("spend_sinks[1].path"), problems);
    assertTrue(problems.contains("is written by spend_sinks[0]"), problems);
    assertTrue(problems.contains("spend_sinks[1].batch_size"), problems);
    assertTrue(problems.contains("spend_sinks[2].url: is missing"), problems);
    assertTrue(problems.contains("environment variable NOT_THERE is not set"), problems);
  }

  @Test
  void values_secretsByTheirPlaces_areRevealedAndNotWritten() {
    var config =
        Example.loaded(
                """
                [[spend_sinks]]
                name = "c"
                type = "queue"
                [spend_sinks.options]
                topic = "spend"
                password_env = "QUEUE_PASSWORD"
                """,
                Map.of("QUEUE_PASSWORD", "hush"))
            .config();

    var target = (Other) config.spendSinks().getFirst().target();
    assertEquals(Map.of("topic", "spend", "password", "hush"), target.values());
    assertTrue(config.toml().contains("password_env = \"QUEUE_PASSWORD\""), config.toml());
    assertTrue(!config.toml().contains("hush"), config.toml());
  }
}
