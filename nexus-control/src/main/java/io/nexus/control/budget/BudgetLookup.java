package io.nexus.control.budget;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Finds the budgets that a request may belong to by the values that it carries, so that the cost
 * does not grow with the number of budgets.
 *
 * <p>Each budget is filed once, under the most selective value in its conditions: one of the caller
 * if there is any, else one of the candidate. The lookup checks only that value; the caller checks
 * the other conditions.
 *
 * <p>Immutable.
 */
final class BudgetLookup<T extends BudgetLookup.Filed> {

  /** An entry that is filed under its conditions. */
  interface Filed {

    /** The terms that contain its conditions. */
    BudgetTerms terms();
  }

  private final List<T> unconditional = new ArrayList<>();
  private final Map<Dimension, Map<String, List<T>>> byValue = new EnumMap<>(Dimension.class);

  /** The lengths of the prefixes under which model globs are filed. */
  private final int[] prefixLengths;

  private final boolean filesCandidates;

  BudgetLookup(List<T> budgets) {
    var rarity = new HashMap<Entry<Dimension, String>, Integer>();
    for (var budget : budgets) {
      budget.terms().match().entrySet().forEach(c -> rarity.merge(filed(c), 1, Integer::sum));
    }
    for (var budget : budgets) {
      budget.terms().match().entrySet().stream()
          .min((one, other) -> compare(one, other, rarity))
          .map(BudgetLookup::filed)
          .ifPresentOrElse(
              c ->
                  byValue
                      .computeIfAbsent(c.getKey(), _ -> new HashMap<>())
                      .computeIfAbsent(c.getValue(), _ -> new ArrayList<>())
                      .add(budget),
              () -> unconditional.add(budget));
    }
    var lengths = new TreeSet<Integer>();
    byValue.getOrDefault(Dimension.MODEL, Map.of()).keySet().forEach(p -> lengths.add(p.length()));
    prefixLengths = lengths.stream().mapToInt(Integer::intValue).toArray();
    filesCandidates = byValue.keySet().stream().anyMatch(dimension -> !dimension.ofCaller());
  }

  /**
   * Orders the caller's dimensions before the candidate's, and those shared by the fewest budgets
   * first.
   */
  private static int compare(
      Entry<Dimension, String> one,
      Entry<Dimension, String> other,
      Map<Entry<Dimension, String>, Integer> rarity) {
    int byCaller = Boolean.compare(other.getKey().ofCaller(), one.getKey().ofCaller());
    int byRarity =
        byCaller == 0
            ? Integer.compare(
                rarity.getOrDefault(filed(one), 0), rarity.getOrDefault(filed(other), 0))
            : byCaller;
    return byRarity == 0 ? one.getKey().compareTo(other.getKey()) : byRarity;
  }

  /** Files a model glob under its literal prefix. */
  private static Entry<Dimension, String> filed(Entry<Dimension, String> condition) {
    return condition.getKey() == Dimension.MODEL
        ? Map.entry(Dimension.MODEL, new Glob(condition.getValue()).prefix())
        : condition;
  }

  /** Whether it has no entries. */
  boolean isEmpty() {
    return unconditional.isEmpty() && byValue.isEmpty();
  }

  /** The entries filed under a value of the caller, and those without conditions. */
  void ofCaller(Caller caller, Consumer<T> found) {
    unconditional.forEach(found);
    at(Dimension.KEY, caller.key(), found);
    at(Dimension.TEAM, caller.team(), found);
    at(Dimension.USER, caller.user(), found);
    at(Dimension.SESSION, caller.session(), found);
    if (byValue.containsKey(Dimension.TAG)) {
      caller.tags().stream().distinct().forEach(tag -> at(Dimension.TAG, tag, found));
    }
  }

  /** Whether any entry is filed under a candidate's value. */
  boolean filesCandidates() {
    return filesCandidates;
  }

  /** The entries filed under a value of the candidate. */
  void ofCandidate(String provider, String backend, String model, Consumer<T> found) {
    at(Dimension.PROVIDER, provider, found);
    at(Dimension.BACKEND, backend, found);
    for (int length : prefixLengths) {
      if (length > model.length()) {
        return;
      }
      at(Dimension.MODEL, model.substring(0, length), found);
    }
  }

  private void at(Dimension dimension, String value, Consumer<T> found) {
    var values = byValue.get(dimension);
    if (values != null) {
      values.getOrDefault(value, List.of()).forEach(found);
    }
  }
}
