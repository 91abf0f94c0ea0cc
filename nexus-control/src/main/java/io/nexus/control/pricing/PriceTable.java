package io.nexus.control.pricing;

import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.spi.PricingSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A price list in memory. A model is priced by the line with exactly its name; else by the
 * {@linkplain PriceEntry.Reach matching} line with the most literal text.
 *
 * <p>Immutable and safe for any number of threads. A look-up takes some microseconds; {@link
 * PricingRegistry} remembers the answers.
 */
public final class PriceTable implements PricingSource {

  /** Orders the dearer price last. */
  static final Comparator<Price> BY_DEARNESS =
      // Not Comparator.comparing: its result is serializable, so the start-up archive cannot
      // contain it.
      (one, other) -> dearness(one).compareTo(dearness(other));

  private final String name;
  private final Map<String, Shelf> shelves;

  private record Found(PriceEntry entry, Price price) {}

  /**
   * @param name what {@link Price#source} says, such as a file's name
   * @param entries the lines; of two with the same provider and name the dearer applies
   */
  public PriceTable(String name, Collection<PriceEntry> entries) {
    this.name = name;
    var byProvider = new HashMap<String, Shelf>();
    for (var entry : entries) {
      byProvider.computeIfAbsent(entry.provider(), _ -> new Shelf()).add(entry);
    }
    this.shelves = Map.copyOf(byProvider);
  }

  /** Whether it has no line. */
  boolean isEmpty() {
    return shelves.isEmpty();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<String> providers() {
    return shelves.keySet().stream()
        .filter(provider -> !provider.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public Optional<Price> priceOf(String provider, String model) {
    return priceOf(provider, model, LocalDate.MAX);
  }

  /**
   * Looks a model up.
   *
   * @param provider who bills; empty to search every provider's lines for the closest; of equally
   *     close ones the dearest, since a guess must not be too low
   */
  @Override
  public Optional<Price> priceOf(String provider, String model, LocalDate day) {
    return find(provider, model, day).map(Found::price);
  }

  @Override
  public ModelFacts factsOf(String provider, String model) {
    return find(provider, model, LocalDate.MAX)
        .map(found -> found.entry().facts(model))
        .orElse(ModelFacts.UNKNOWN);
  }

  private Optional<Found> find(String provider, String model, LocalDate day) {
    if (provider.isEmpty()) {
      return shelves.values().stream()
          .flatMap(shelf -> shelf.find(model, name, day))
          .max(byCloseness(model).thenComparing(Found::price, BY_DEARNESS));
    }
    // Of equally close lines, one for this provider wins over one for any provider.
    return Stream.of("", provider)
        .flatMap(shelf -> Stream.ofNullable(shelves.get(shelf)))
        .flatMap(shelf -> shelf.find(model, name, day))
        .reduce((any, own) -> byCloseness(model).compare(own, any) >= 0 ? own : any);
  }

  private static Money dearness(Price price) {
    return price.pricing().worstCaseOrMost(1_000_000, 1_000_000, true);
  }

  private static Comparator<Found> byCloseness(String model) {
    return Comparator.<Found, Boolean>comparing(found -> found.entry().model().equals(model))
        .thenComparingInt(found -> found.entry().ownText());
  }

  /** The lines of one provider. */
  private static final class Shelf {
    private static final String LATEST = "-latest";

    private final Map<String, List<PriceEntry>> names = new HashMap<>();
    private final List<PriceEntry> patterns = new ArrayList<>();

    void add(PriceEntry entry) {
      if (entry.reach() == PriceEntry.Reach.PATTERN) {
        patterns.add(entry);
        patterns.sort(PriceEntry.BY_CLOSENESS.reversed());
      } else {
        names.computeIfAbsent(entry.model(), _ -> new ArrayList<>(1)).add(entry);
      }
    }

    /** The line that prices the model on the day: one or none. */
    Stream<Found> find(String model, String source, LocalDate day) {
      var exact = named(model, model, source, day);
      if (exact.isPresent()) {
        return exact.stream();
      }
      return Stream.concat(
          patterns.stream().flatMap(line -> found(line, model, source, day)).limit(1),
          version(model, source, day).stream())
          .max((one, other) -> Integer.compare(one.entry.ownText(), other.entry.ownText()))
          .stream();
    }

    /** The line with the longest name that the model is a version of. */
    private Optional<Found> version(String model, String source, LocalDate day) {
      for (int end = model.length() - 1; end > 0; end--) {
        var key = model.substring(0, end);
        var found = named(key, model, source, day);
        if (found.isEmpty() && VersionName.isDateAt(model, end)) {
          found = named(key + LATEST, model, source, day);
        }
        if (found.isPresent()) {
          return found;
        }
      }
      return Optional.empty();
    }

    private Optional<Found> named(String key, String model, String source, LocalDate day) {
      return names.getOrDefault(key, List.of()).stream()
          .flatMap(line -> found(line, model, source, day))
          .max((one, other) -> BY_DEARNESS.compare(one.price, other.price));
    }

    private static Stream<Found> found(
        PriceEntry line, String model, String source, LocalDate day) {
      return line.reaches(model)
          ? line.price(model, source, day).map(price -> new Found(line, price)).stream()
          : Stream.empty();
    }
  }
}
