package io.nexus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.config.Config;
import io.helidon.config.ConfigSources;
import io.helidon.config.spi.ConfigParser;
import org.junit.jupiter.api.Test;

class TomlConfigParserTest {

  private static Config parse(String toml) {
    return Config.builder(ConfigSources.create(toml, TomlConfigParser.MEDIA_TYPE))
        .addParser(new TomlConfigParser())
        .disableEnvironmentVariablesSource()
        .disableSystemPropertiesSource()
        .build();
  }

  @Test
  void parse_numbers_keepsTheirExactValue() {
    var config = parse("a = 0.1\nb = 12345678901234567890.000000001\nc = 100.00\nd = 0x1F\n");

    assertEquals("0.1", config.get("a").asString().get());
    assertEquals("12345678901234567890.000000001", config.get("b").asString().get());
    assertEquals("100", config.get("c").asString().get());
    assertEquals("31", config.get("d").asString().get());
  }

  @Test
  void parse_keysWithDots_giveThemBackByName() {
    var children = parse("[t]\n\"gpt-4.1~x\" = 1\n").get("t").asNodeList().get();

    assertEquals("gpt-4.1~x", children.getFirst().name());
  }

  @Test
  void parse_listsOfTables_areLists() {
    var config = parse("[[a]]\nb = 1\n[[a]]\nb = [true, \"x\"]\n");

    assertEquals("1", config.get("a.0.b").asString().get());
    assertEquals("x", config.get("a.1.b.1").asString().get());
  }

  @Test
  void module_services_provideIt() {
    assertTrue(
        TomlConfigParser.class.getModule().getDescriptor().provides().stream()
            .anyMatch(
                service ->
                    service.service().equals(ConfigParser.class.getName())
                        && service.providers().contains(TomlConfigParser.class.getName())));
  }
}
