package io.nexus.tokenizers;

import io.nexus.control.spi.TokenCounter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts with OpenAI's vocabularies: exactly for OpenAI's models, as an approximation for the
 * others that {@code models.csv} lists.
 *
 * <p>A vocabulary is opened in a background thread when a model of it is first asked for; until
 * then {@link #forModel} is empty. Where this module is linked into Java its tables are mapped,
 * else they are on the heap: 3.9 MB for {@code o200k_base}, 2.1 MB for {@code cl100k_base}. Up to
 * 1.7 MB of remembered pieces come to each.
 *
 * <p>Safe for concurrent use; {@code forModel} neither blocks nor allocates.
 */
public final class VocabularyTokenCounter implements TokenCounter {
  private static final String FINE_TUNED = "ft:";
  private static final int LETTERS = 128;

  // Longest prefix first, under the first letter of the prefix, which is ASCII.
  private final List<List<Entry>> byLetter;

  private record Entry(ModelRule rule, LazyTextCounter text, Optional<ForModel> counter) {}

  /** Reads the table of models, no vocabulary. */
  public VocabularyTokenCounter() {
    Map<Encoding, LazyTextCounter> texts = new EnumMap<>(Encoding.class);
    List<List<Entry>> listed = new ArrayList<>();
    for (int letter = 0; letter < LETTERS; letter++) {
      listed.add(new ArrayList<>());
    }
    for (ModelRule rule : ModelTable.read()) {
      LazyTextCounter text = texts.computeIfAbsent(rule.encoding(), LazyTextCounter::new);
      listed
          .get(rule.prefix().charAt(0))
          .add(new Entry(rule, text, Optional.of(new ModelCounter(rule, text))));
    }
    listed.replaceAll(List::copyOf);
    byLetter = List.copyOf(listed);
  }

  @Override
  public String name() {
    return "vocabulary";
  }

  @Override
  public Optional<ForModel> forModel(String model) {
    Entry entry = find(model);
    return entry != null && entry.text.isReady() ? entry.counter : Optional.empty();
  }

  @Override
  public void preload(String model) {
    Entry entry = find(model);
    if (entry != null) {
      entry.text.get();
    }
  }

  /**
   * The closest line for a name such as {@code gpt-4o-2024-08-06}, {@code ft:gpt-4o:org::id},
   * {@code openai/gpt-4o} or {@code us.anthropic.claude-sonnet-4}.
   */
  private @Nullable Entry find(String model) {
    int start = model.lastIndexOf('/') + 1;
    if (model.startsWith(FINE_TUNED, start)) {
      start += FINE_TUNED.length();
    }
    Entry found = find(model, start);
    for (int dot = model.indexOf('.', start);
        found == null && dot >= 0;
        dot = model.indexOf('.', dot + 1)) {
      found = find(model, dot + 1);
    }
    return found;
  }

  private @Nullable Entry find(String model, int start) {
    char first = start < model.length() ? Character.toLowerCase(model.charAt(start)) : LETTERS;
    if (first < LETTERS) {
      List<Entry> entries = byLetter.get(first);
      for (int i = 0; i < entries.size(); i++) {
        Entry entry = entries.get(i);
        if (entry.rule.matches(model, start)) {
          return entry;
        }
      }
    }
    return null;
  }
}
