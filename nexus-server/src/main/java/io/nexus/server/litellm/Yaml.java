package io.nexus.server.litellm;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of a YAML document, and the line that it begins on, counted from 1. */
sealed interface Yaml {

  /** Where it begins. */
  int line();

  /** A scalar as written: text, number or boolean. */
  record Text(int line, String text) implements Yaml {

    private static final String VARIABLE = "os.environ/";

    /** Whether it refers to an environment variable. */
    boolean isVariable() {
      return text.startsWith(VARIABLE);
    }

    /** The variable's name. */
    String variable() {
      return text.substring(VARIABLE.length()).strip();
    }
  }

  /** A list. */
  record Items(int line, List<Yaml> items) implements Yaml {
    public Items {
      items = List.copyOf(items);
    }
  }

  /** Keys with their values, in the order of the document. */
  record Table(int line, Map<String, Entry> entries) implements Yaml {
    public Table {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }
  }

  /**
   * A value by its key.
   *
   * @param line where the key stands
   */
  record Entry(int line, Yaml value) {}
}
