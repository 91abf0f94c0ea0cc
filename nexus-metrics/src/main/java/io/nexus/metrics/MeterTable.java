package io.nexus.metrics;

import io.helidon.metrics.api.MeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * All series, by meter and label values. Getting an existing series returns the same one. A look-up
 * formats a key and searches a tree, so callers keep the result. Safe for any number of threads.
 */
final class MeterTable {
  private final Map<MeterName, Map<String, Series>> families;
  private final List<HelidonPublisher> publishers = new ArrayList<>();

  MeterTable() {
    var byName = new EnumMap<MeterName, Map<String, Series>>(MeterName.class);
    for (var name : MeterName.values()) {
      byName.put(name, new ConcurrentSkipListMap<>());
    }
    families = Collections.unmodifiableMap(byName);
  }

  LongAdder counter(MeterName name, String... labels) {
    return switch (series(name, labels, l -> new Series.Count(name, l, new LongAdder()))) {
      case Series.Count count -> count.adder();
      case Series.Distribution _, Series.Reading _ -> throw otherKind(name);
    };
  }

  LongHistogram histogram(MeterName name, String... labels) {
    return switch (series(
        name,
        labels,
        l -> new Series.Distribution(name, l, new LongHistogram(name.buckets().nanos())))) {
      case Series.Distribution distribution -> distribution.histogram();
      case Series.Count _, Series.Reading _ -> throw otherKind(name);
    };
  }

  /** Sets the source of a value; replaces an earlier one. */
  void reading(MeterName name, DoubleSupplier source, String... labels) {
    switch (series(name, labels, l -> new Series.Reading(name, l, source))) {
      case Series.Reading reading -> reading.readFrom(source);
      case Series.Count _, Series.Distribution _ -> throw otherKind(name);
    }
  }

  /** Removes the series of a meter whose labels do not match. */
  synchronized void retain(MeterName name, Predicate<List<String>> labels) {
    var family = families.getOrDefault(name, Map.of());
    for (var entry : List.copyOf(family.entrySet())) {
      var series = entry.getValue();
      if (!labels.test(series.labels())) {
        family.remove(entry.getKey());
        publishers.forEach(publisher -> publisher.remove(series));
      }
    }
  }

  /** The series of a meter, ordered by their labels as printed. */
  Map<String, Series> family(MeterName name) {
    return Collections.unmodifiableMap(families.getOrDefault(name, Map.of()));
  }

  /** Publishes all series, future ones included, to a registry of Helidon's. */
  synchronized void publishTo(MeterRegistry registry) {
    var publisher = new HelidonPublisher(registry);
    families.values().stream().map(Map::values).flatMap(Collection::stream).forEach(publisher::add);
    publishers.add(publisher);
  }

  /** Removes all series from the registries. */
  synchronized void unpublish() {
    publishers.forEach(HelidonPublisher::removeAll);
    publishers.clear();
  }

  private Series series(MeterName name, String[] labels, Function<List<String>, Series> creator) {
    var family = families.get(name);
    if (family == null) {
      throw new IllegalStateException("no such meter: " + name);
    }
    var key = LabelText.render(name.labels(), labels);
    var present = family.get(key);
    return present != null ? present : create(family, key, creator.apply(List.of(labels)));
  }

  private synchronized Series create(Map<String, Series> family, String key, Series created) {
    var present = family.putIfAbsent(key, created);
    if (present != null) {
      return present;
    }
    publishers.forEach(publisher -> publisher.add(created));
    return created;
  }

  private static IllegalStateException otherKind(MeterName name) {
    return new IllegalStateException(name.text() + " is a " + name.kind().text());
  }
}
