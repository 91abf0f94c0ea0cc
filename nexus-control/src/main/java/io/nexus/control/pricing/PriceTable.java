package io.nexus.control.pricing;

import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Price;
import io.nexus.control.spi.PricingSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A price list in memory. The line with the very name prices a model, else the line with the
 * longest key that begins the name and {@link PriceEntry.Reach reaches} it.
 *
 * <p>Immutable and safe for any number of threads. A look-up takes some microseconds; {@link
 * PricingRegistry} remembers the answers.
 */
public final class PriceTable implements PricingSource {

  private static final Comparator<ModelPricing> BY_DEARNESS =
      Comparator.comparing(price -> price.worstCaseOrMost(1_000_000, 1_000_000, true));

  private final String name;
  private final Map<String, Shelf> shelves;

  /**
   * @param name what {@link Price#source} says, such as a file's name
   * @param entries the lines; of two with the same provider and key the dearer holds
   */
  public PriceTable(String name, Collection<PriceEntry> entries) {
    this.name = name;
    var byProvider = new HashMap<String, Shelf>();
    for (var entry : entries) {
      byProvider.computeIfAbsent(entry.provider(), _ -> new Shelf()).add(entry);
    }
    for (var entry : entries) {
      if (entry.isFamily() && entry.reach() == PriceEntry.Reach.VERSIONS) {
        byProvider.computeIfAbsent(entry.provider(), _ -> new Shelf()).addIfAbsent(entry.family());
      }
    }
    this.shelves = Map.copyOf(byProvider);
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

  /**
   * Looks a model up.
   *
   * @param provider who bills; empty to look at every provider's lines and take the dearest match,
   *     since a guess must not be too low
   */
  @Override
  public Optional<Price> priceOf(String provider, String model) {
    return find(provider, model).map(entry -> entry.price(model, name));
  }

  @Override
  public ModelFacts factsOf(String provider, String model) {
    return find(provider, model).map(entry -> entry.facts(model)).orElse(ModelFacts.UNKNOWN);
  }

  private Optional<PriceEntry> find(String provider, String model) {
    if (provider.isEmpty()) {
      return shelves.values().stream()
          .flatMap(shelf -> shelf.find(model).stream())
          .max(Comparator.comparing(PriceEntry::pricing, BY_DEARNESS));
    }
    // Of equally close lines the one for this provider wins over the one for any.
    return Stream.of("", provider)
        .flatMap(shelf -> Optional.ofNullable(shelves.get(shelf)).stream())
        .flatMap(shelf -> shelf.find(model).stream())
        .reduce((any, own) -> own.closenessTo(model) >= any.closenessTo(model) ? own : any);
  }

  /** The lines of one provider. */
  private static final class Shelf {
    private final Map<String, PriceEntry> names = new HashMap<>();
    private final Map<String, PriceEntry> prefixes = new HashMap<>();
    private int longestKey;

    void add(PriceEntry entry) {
      of(entry)
          .merge(
              entry.key(),
              entry,
              (a, b) -> BY_DEARNESS.compare(a.pricing(), b.pricing()) >= 0 ? a : b);
      longestKey = Math.max(longestKey, entry.key().length());
    }

    void addIfAbsent(PriceEntry entry) {
      of(entry).putIfAbsent(entry.key(), entry);
    }

    private Map<String, PriceEntry> of(PriceEntry entry) {
      return entry.reach() == PriceEntry.Reach.PREFIX ? prefixes : names;
    }

    Optional<PriceEntry> find(String model) {
      for (int end = Math.min(model.length(), longestKey); end >= 0; end--) {
        var key = model.substring(0, end);
        var named = names.get(key);
        if (named != null && named.reaches(model)) {
          return Optional.of(named);
        }
        var prefix = prefixes.get(key);
        if (prefix != null) {
          return Optional.of(prefix);
        }
      }
      return Optional.empty();
    }
  }
}
