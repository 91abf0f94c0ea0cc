package io.nexus.server.litellm;

import io.nexus.server.setup.TomlText;
import java.util.List;
import java.util.Map;

/**
 * A LiteLLM proxy's configuration as a {@code nexus.toml}. No secret is copied, only its place;
 * everything without a counterpart is noted.
 *
 * @param toml the whole text
 * @param notes notes for the operator, in the order of the lines
 */
public record ProxyImport(String toml, List<Note> notes) {

  /** Copies the list. */
  public ProxyImport {
    notes = List.copyOf(notes);
  }

  /**
   * A note about a line.
   *
   * @param line of the proxy's configuration, counted from 1
   * @param path the key, such as {@code litellm_settings.cache}
   * @param text the note
   */
  public record Note(int line, String path, String text) {
    @Override
    public String toString() {
      return line + ": " + path + ": " + text;
    }
  }

  /**
   * Imports a configuration.
   *
   * @param name the file's name, for a comment
   * @param yaml the file's text
   * @param environment resolves addresses that the file only refers to
   * @throws ImportException if it is not a configuration
   */
  public static ProxyImport of(String name, String yaml, Map<String, String> environment) {
    var notes = new Notes();
    var config = new Part(YamlDocument.read(yaml), "", notes);
    var draft = new Draft(notes);
    var keys = new KeyPlaces();
    new ModelList(draft, keys, environment).read(config);
    var settings = new Settings(draft, keys);
    settings.read(config);
    draft.groups().noteShared(draft.backends());
    if (draft.backends().all().isEmpty()) {
      notes.add(1, "model_list", "has no model that can be served: add [[backends]]");
    }
    return new ProxyImport(text(name, draft, settings, notes), notes.inOrder());
  }

  private static String text(String name, Draft draft, Settings settings, Notes notes) {
    var toml = new TomlText();
    toml.remark(
        "Made of "
            + name
            + " by 'nexus import litellm'. 'nexus check' shows what is in force.\n"
            + "Every key: docs/configuration.md. What differs from the proxy: docs/litellm.md.");
    settings.write(toml);
    draft.budgets().write(toml);
    draft.groups().write(toml);
    draft.backends().write(toml);
    draft.pricing().write(toml);
    if (!notes.inOrder().isEmpty()) {
      toml.gap().remark("What is to be known of lines of " + name + ":");
      notes.inOrder().forEach(note -> toml.remark("  " + note));
    }
    return toml.toString();
  }
}
