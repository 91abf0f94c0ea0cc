package io.nexus.server.litellm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Reads one YAML document. Anchors, aliases and merged tables ({@code <<}) are followed. */
final class YamlDocument {

  /** The largest number of values: nested aliases could fill the memory. */
  private static final int MAX_VALUES = 200_000;

  private static final int MAX_DEPTH = 64;
  private static final String MERGED = "<<";

  private int values;

  private YamlDocument() {}

  /**
   * Parses a document to its table.
   *
   * @throws ImportException if it is not YAML, or not a table
   */
  static Yaml.Table read(String text) {
    try {
      var settings = LoadSettings.builder().setLabel("config").build();
      var parser = new ParserImpl(settings, new StreamReader(settings, text));
      var root = new Composer(settings, parser).getSingleNode();
      if (root.isEmpty()) {
        throw new ImportException(1, "is empty", "give a LiteLLM proxy's config.yaml");
      }
      if (new YamlDocument().value(root.get(), 0) instanceof Yaml.Table table) {
        return table;
      }
      throw new ImportException(
          1, "is not a table of settings", "give a LiteLLM proxy's config.yaml");
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      throw new ImportException(
          line, "is no valid YAML", e.getProblem() == null ? "correct it" : e.getProblem());
    } catch (YamlEngineException e) {
      // Its message may quote the document.
      throw new ImportException(1, "is no valid YAML", "correct it");
    }
  }

  private Yaml value(Node node, int depth) {
    int line = line(node);
    if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
      throw new ImportException(line, "is nested too deep or too large", "write it out plainly");
    }
    return switch (node) {
      case ScalarNode scalar -> new Yaml.Text(line, scalar.getValue());
      case SequenceNode sequence -> {
        var items = new ArrayList<Yaml>();
        sequence.getValue().forEach(item -> items.add(value(item, depth + 1)));
        yield new Yaml.Items(line, items);
      }
      case MappingNode mapping -> table(mapping, line, depth);
      default -> throw new ImportException(line, "cannot be read", "write it out plainly");
    };
  }

  private Yaml.Table table(MappingNode mapping, int line, int depth) {
    var entries = new LinkedHashMap<String, Yaml.Entry>();
    var merged = new LinkedHashMap<String, Yaml.Entry>();
    for (var tuple : mapping.getValue()) {
      var value = value(tuple.getValueNode(), depth + 1);
      if (tuple.getKeyNode() instanceof ScalarNode key) {
        if (key.getValue().equals(MERGED)) {
          merge(value, merged);
        } else {
          entries.put(key.getValue(), new Yaml.Entry(line(key), value));
        }
      }
    }
    merged.forEach(entries::putIfAbsent);
    return new Yaml.Table(line, entries);
  }

  private static void merge(Yaml value, Map<String, Yaml.Entry> merged) {
    switch (value) {
      case Yaml.Table table -> table.entries().forEach(merged::putIfAbsent);
      case Yaml.Items items -> items.items().forEach(item -> merge(item, merged));
      case Yaml.Text _ -> {
        // Nothing to merge.
      }
    }
  }

  private static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }
}
