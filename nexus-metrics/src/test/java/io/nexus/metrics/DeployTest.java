package io.nexus.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The dashboard and the alert rules, checked against the page that the gateway prints. */
class DeployTest {
  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final Path RULES = DEPLOY.resolve("prometheus/nexus-alerts.yml");
  private static final Path RULES_TEST = DEPLOY.resolve("prometheus/nexus-alerts_test.yml");
  private static final Path DASHBOARD = DEPLOY.resolve("grafana/nexus.json");

  private static final Pattern METRIC = Pattern.compile("\\b(?:nexus|jvm|process)_[a-z0-9_]+");
  private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
  private static final Pattern MATCHER = Pattern.compile("\\b([a-z_]+)(?:=~|!~|!=|=)\"");
  private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
  private static final Pattern TESTED = Pattern.compile("alertname: (\\w+)");

  private final Set<String> printed =
      ParsedPage.of(FilledMeters.create().page(PageFormat.PROMETHEUS)).samples().keySet().stream()
          .map(sample -> sample.replaceFirst("\\{.*", ""))
          .collect(Collectors.toSet());

  @Test
  void rules_checked_promtoolAccepts() throws Exception {
    var result = Promtool.run("", "check", "rules", RULES.toString());
    assertEquals(0, result.exit(), result.output());
  }

  @Test
  void rules_underTheirTests_fireWhenTheyShould() throws Exception {
    var result = Promtool.run("", "test", "rules", RULES_TEST.toString());
    assertEquals(0, result.exit(), result.output());
  }

  @Test
  void rules_eachAlert_hasATest() throws IOException {
    var alerts = all(ALERT, Files.readString(RULES));
    assertFalse(alerts.isEmpty());
    assertEquals(alerts, all(TESTED, Files.readString(RULES_TEST)));
  }

  @Test
  void rules_metricsAndLabels_areOnThePage() throws IOException {
    var text = Files.readString(RULES);
    assertOnPage(text);
    Arrays.stream(text.split("- alert:", -1)).skip(1).forEach(DeployTest::assertLabelsExist);
  }

  @Test
  void dashboard_metricsAndLabels_areOnThePage() throws IOException {
    var dashboard = dashboard();
    var expressions = dashboard.findValuesAsText("expr");
    assertTrue(expressions.size() > 40, "expressions: " + expressions.size());
    expressions.forEach(this::assertOnPage);
    expressions.forEach(DeployTest::assertLabelsExist);
    assertOnPage(dashboard.path("templating").toString());
  }

  @Test
  void dashboard_allMetersButTheProcess_areShown() throws IOException {
    var shown = String.join("\n", dashboard().findValuesAsText("expr"));
    var missing =
        Arrays.stream(MeterName.values())
            .map(MeterName::text)
            .filter(name -> name.startsWith("nexus_") && !shown.contains(name))
            .toList();
    assertEquals(List.of(), missing);
  }

  @Test
  void dashboard_expressions_arePromQl() throws Exception {
    var json = new ObjectMapper();
    var rules = json.createArrayNode();
    for (var expression : dashboard().findValuesAsText("expr")) {
      rules
          .addObject()
          .put("record", "panel:" + rules.size())
          .put("expr", expression.replace("$__rate_interval", "5m"));
    }
    var file = Files.createTempFile("dashboard", ".yml");
    try {
      var group = json.createObjectNode().put("name", "dashboard").set("rules", rules);
      // JSON is YAML.
      Files.writeString(
          file,
          json.createObjectNode().set("groups", json.createArrayNode().add(group)).toString());
      var result = Promtool.run("", "check", "rules", file.toString());
      assertEquals(0, result.exit(), result.output());
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void dashboard_panels_haveTheirOwnIdAndPlace() throws IOException {
    Set<Integer> ids = new HashSet<>();
    Set<String> cells = new HashSet<>();
    for (var panel : dashboard().path("panels")) {
      assertTrue(ids.add(panel.path("id").intValue()), "id twice: " + panel.path("title"));
      assertFalse(panel.path("title").asText().isBlank());
      var place = panel.path("gridPos");
      for (int x = 0; x < place.path("w").intValue(); x++) {
        for (int y = 0; y < place.path("h").intValue(); y++) {
          var cell = (place.path("x").intValue() + x) + "," + (place.path("y").intValue() + y);
          assertTrue(cells.add(cell), "overlaps at " + cell + ": " + panel.path("title"));
        }
      }
    }
    assertTrue(ids.size() > 30);
  }

  private void assertOnPage(String text) {
    var unknown = new TreeSet<>(all(METRIC, text));
    unknown.removeAll(printed);
    assertEquals(Set.of(), unknown, text);
  }

  /** Each label that a text groups by or matches belongs to a meter that the text names. */
  private static void assertLabelsExist(String text) {
    Set<String> known = new HashSet<>(Set.of("job", "instance", "le"));
    Arrays.stream(MeterName.values())
        .filter(name -> text.contains(name.text()))
        .forEach(name -> known.addAll(name.labels()));
    var used =
        Stream.concat(
                all(GROUPING, text).stream().flatMap(list -> Arrays.stream(list.split(",", -1))),
                all(MATCHER, text).stream())
            .map(String::strip)
            .collect(Collectors.toCollection(TreeSet::new));
    used.removeAll(known);
    assertEquals(Set.of(), used, text);
  }

  /** All matches of the first group, or of the whole pattern if it has no group. */
  private static Set<String> all(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.groupCount() > 0 ? found.group(1) : found.group())
        .collect(Collectors.toSet());
  }

  private static JsonNode dashboard() throws IOException {
    return new ObjectMapper().readTree(DASHBOARD.toFile());
  }
}
