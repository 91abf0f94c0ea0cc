package io.nexus.tokenizers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Tokens of tool definitions, counted in two ways: by the formula of OpenAI's cookbook, which says
 * what the model is shown, and as the JSON text itself. For one thread.
 *
 * <p>The formula is published for flat parameters; here nested ones are counted by the same rule.
 * Source: <a
 * href="https://github.com/openai/openai-cookbook/blob/main/examples/How_to_count_tokens_with_tiktoken.ipynb">How
 * to count tokens with tiktoken</a>, section 7.
 */
final class ToolTally {
  private static final int PROPERTIES = 3;
  private static final int PROPERTY = 3;
  private static final int ENUM = -3;
  private static final int ENUM_ITEM = 3;

  private static final JsonFactory JSON = new JsonFactory();

  private final TextCounter counter;
  private final ModelRule rule;
  private final Tally json;
  private final Tally formula;
  private long inlinedBytes;

  private ToolTally(TextCounter counter, ModelRule rule, long half) {
    this.counter = counter;
    this.rule = rule;
    this.json = counter.tally(half);
    this.formula = counter.tally(half);
  }

  /**
   * The tokens of some definitions.
   *
   * @param expected by the formula
   * @param most both ways together, as each may miss a little of what the model is shown; and where
   *     a schema refers to its own parts, which may be shown in place, a token a byte on top
   * @param bytes UTF-8 bytes of the definitions
   * @param work the least work with which they are counted so
   * @param isComplete whether every byte was counted
   */
  record Sums(long expected, long most, long bytes, long work, boolean isComplete) {}

  /** Counts definitions with at most that work. */
  static Sums sums(List<String> definitions, TextCounter counter, ModelRule rule, long work) {
    long half = work / 2;
    ToolTally tally = new ToolTally(counter, rule, half);
    definitions.forEach(tally::add);
    return new Sums(
        Math.max(0, tally.formula.expectedTokens()),
        Math.max(0, tally.formula.mostTokens()) + tally.json.mostTokens() + tally.inlinedBytes,
        tally.json.bytes() + tally.inlinedBytes,
        2 * (half - Math.min(tally.json.workLeft(), tally.formula.workLeft())),
        tally.json.isComplete() && tally.formula.isComplete());
  }

  /** Adds a definition as the client sent it; what is not a function's is counted as text. */
  private void add(String definition) {
    counter.count(definition, json);
    if (definition.contains("\"$ref\"")) {
      inlinedBytes += Utf8.length(definition, 0);
    }
    formula.tokens += rule.function();
    Definition tool = new Definition();
    try (JsonParser parser = JSON.createParser(definition)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        read(parser, tool);
      }
    } catch (JsonProcessingException e) {
      // The provider refuses it, or shows it as text: the count of the text covers both.
      tool.name = "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (tool.name.isEmpty()) {
      counter.count(definition, formula);
    } else {
      count(tool.name + ":" + withoutPeriod(tool.description));
    }
  }

  private static final class Definition {
    String name = "";
    String type = "";
    String description = "";
  }

  /** Reads a tool, a function or a parameter's schema, counting the properties inside. */
  private void read(JsonParser parser, Definition into) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (field) {
        case "name" -> into.name = text(parser, value, into.name);
        case "type" -> into.type = text(parser, value, into.type);
        case "description" -> into.description = text(parser, value, into.description);
        case "function", "parameters", "items" -> nested(parser, value, into, field);
        case "properties" -> properties(parser, value);
        case "enum" -> items(parser, value);
        default -> parser.skipChildren();
      }
    }
  }

  private void nested(JsonParser parser, JsonToken value, Definition outer, String field)
      throws IOException {
    if (value != JsonToken.START_OBJECT) {
      parser.skipChildren();
    } else if (field.equals("function")) {
      read(parser, outer);
    } else {
      read(parser, new Definition());
    }
  }

  private void properties(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    boolean first = true;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      formula.tokens += PROPERTY + (first ? PROPERTIES : 0);
      first = false;
      Definition property = new Definition();
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        read(parser, property);
      } else {
        parser.skipChildren();
      }
      count(name + ":" + property.type + ":" + withoutPeriod(property.description));
    }
  }

  private void items(JsonParser parser, JsonToken value) throws IOException {
    if (value != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return;
    }
    formula.tokens += ENUM;
    for (JsonToken item = parser.nextToken();
        item != JsonToken.END_ARRAY && item != null;
        item = parser.nextToken()) {
      formula.tokens += ENUM_ITEM;
      if (item.isScalarValue()) {
        count(parser.getText());
      } else {
        parser.skipChildren();
      }
    }
  }

  /** A string, or the strings of an array, as in {@code "type": ["string", "null"]}. */
  private static String text(JsonParser parser, JsonToken value, String otherwise)
      throws IOException {
    if (value == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    if (value != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return otherwise;
    }
    List<String> all = new ArrayList<>();
    for (JsonToken item = parser.nextToken();
        item != JsonToken.END_ARRAY && item != null;
        item = parser.nextToken()) {
      if (item == JsonToken.VALUE_STRING) {
        all.add(parser.getText());
      } else {
        parser.skipChildren();
      }
    }
    return String.join(" | ", all);
  }

  private static String withoutPeriod(String description) {
    return description.endsWith(".")
        ? description.substring(0, description.length() - 1)
        : description;
  }

  private void count(String line) {
    counter.count(line, formula);
  }
}
