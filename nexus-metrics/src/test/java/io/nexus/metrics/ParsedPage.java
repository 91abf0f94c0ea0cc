package io.nexus.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A page read back by the grammar of the text format, without regard to how it was written. Every
 * line must be a HELP, a TYPE or a sample, families must not interleave, and no sample may occur
 * twice.
 *
 * @param help by family
 * @param types by family
 * @param samples by name with labels as printed, in the page's order
 */
record ParsedPage(
    Map<String, String> help, Map<String, String> types, Map<String, Double> samples) {
  private static final Pattern META =
      Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (\\S.*)");
  private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
  private static final Pattern SAMPLE =
      Pattern.compile(
          "(([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{" + LABEL + "(?:," + LABEL + ")*\\})?) (\\S+)");

  static ParsedPage of(String page) {
    if (!page.endsWith("\n")) {
      throw new AssertionError("the page does not end with a line feed");
    }
    var parsed =
        new ParsedPage(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    List<String> families = new ArrayList<>();
    for (var line : page.substring(0, page.length() - 1).split("\n", -1)) {
      parsed.read(line, families);
    }
    return parsed;
  }

  /** The value of a sample, written as on the page. */
  double value(String sample) {
    var value = samples.get(sample);
    if (value == null) {
      throw new AssertionError("no sample " + sample + " among " + samples.keySet());
    }
    return value;
  }

  private void read(String line, List<String> families) {
    var meta = META.matcher(line);
    if (meta.matches()) {
      var family = meta.group(2);
      var kind = meta.group(1).equals("HELP") ? help : types;
      if (kind.put(family, meta.group(3)) != null) {
        throw new AssertionError("said twice: " + line);
      }
      if (!families.contains(family)) {
        families.add(family);
      }
      return;
    }
    var sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new AssertionError("no line of the text format: " + line);
    }
    var family = families.getLast();
    if (!sample.group(2).startsWith(family)) {
      throw new AssertionError("stands under " + family + ": " + line);
    }
    double value = Double.parseDouble(sample.group(3).replace("Inf", "Infinity"));
    if (samples.put(sample.group(1), value) != null) {
      throw new AssertionError("printed twice: " + line);
    }
  }
}
