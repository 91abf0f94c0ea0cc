package io.nexus.control.pricing;

import io.nexus.control.money.Fees;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.money.Money;
import io.nexus.control.money.Price;
import io.nexus.control.money.Rates;
import io.nexus.control.spi.PricingSource;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the price of a model at a backend.
 *
 * <p>The configuration's own prices come first; a local backend without one is free. Then come the
 * other sources in order, and finally the built-in table. Within a source the exact name wins, then
 * the closest one. A prefixed name, such as {@code openai/gpt-4o} or {@code models/gemini-2.5-pro},
 * is looked up as it is, then without the prefix. An unknown model costs {@link #UNKNOWN}, never
 * nothing.
 *
 * <p>For a provider that no source lists, the dearest price of any provider for the model applies.
 * Calls of a provider's tools that a source does not price cost the built-in fees.
 *
 * <p>Prices are those of the day, in UTC. Safe for any number of threads. Answers are cached until
 * they change, so a repeated query costs one hash look-up; the cache is bounded, since clients
 * choose the names.
 */
public final class PricingRegistry {

  /**
   * The conservative price of an unknown model, USD per million tokens: 20 for input (40 for
   * audio), 80 for output. At least 95 of 100 models of the built-in table cost no more.
   */
  public static final ModelPricing UNKNOWN =
      ModelPricing.of(Rates.text(Money.usd("20"), Money.usd("80")).withAudioInput(Money.usd("40")));

  /** The {@link Price#source} of the configuration's own prices. */
  public static final String CONFIGURATION = "nexus.toml";

  /** The {@link Price#source} of prices set by the admin API. */
  public static final String ADMIN = "admin API";

  private static final System.Logger LOG = System.getLogger(PricingRegistry.class.getName());
  private static final int MOST_REMEMBERED = 4096;
  private static final int LONGEST_REMEMBERED_NAME = 256;
  private static final int MOST_SLASHES = 3;
  private static final Known FREE_HERE =
      Known.of(
          new Price(ModelPricing.FREE, "local backend", Price.Rule.LOCAL, ""), ModelFacts.UNKNOWN);

  private final PriceTable overrides;
  private final BuiltInPrices builtIn;
  private final List<PricingSource> others;
  private final List<PricingSource> sources;
  private final InstantSource clock;
  private final ConcurrentHashMap<Key, Known> remembered = new ConcurrentHashMap<>();
  private volatile @Nullable Set<String> listedProviders;

  /**
   * Equality is written by hand: linking the first record's generated equals takes 10 ms at
   * start-up.
   */
  private record Key(String provider, String region, boolean local, String model) {

    @Override
    public int hashCode() {
      return 31 * (31 * provider.hashCode() + model.hashCode()) + (local ? 1 : 0);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && local == key.local
          && model.equals(key.model)
          && provider.equals(key.provider)
          && region.equals(key.region);
    }
  }

  /** The cached price and facts of a model, valid until a time. */
  private record Known(Price price, ModelFacts facts, long untilMillis) {

    static Known of(Price price, ModelFacts facts) {
      return new Known(price, facts, millis(price.until()));
    }

    private static long millis(LocalDate day) {
      return day.equals(LocalDate.MAX)
          ? Long.MAX_VALUE
          : day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }
  }

  private record Spelling(String provider, String model) {}

  /**
   * Prices by the system's clock.
   *
   * @param overrides the configuration's own prices, made with {@link PriceEntry#configured}
   * @param sources price files and extensions, in order of priority; without the built-in table,
   *     which comes last
   */
  public PricingRegistry(PriceTable overrides, Collection<? extends PricingSource> sources) {
    this(overrides, sources, InstantSource.system());
  }

  /**
   * @param overrides the configuration's own prices, made with {@link PriceEntry#configured}
   * @param sources price files and extensions, in order of priority; without the built-in table,
   *     which comes last
   * @param clock determines the day
   */
  public PricingRegistry(
      PriceTable overrides, Collection<? extends PricingSource> sources, InstantSource clock) {
    this(overrides, sources, new BuiltInPrices(), clock);
  }

  private PricingRegistry(
      PriceTable overrides,
      Collection<? extends PricingSource> others,
      BuiltInPrices builtIn,
      InstantSource clock) {
    this.overrides = overrides;
    this.others = List.copyOf(others);
    this.builtIn = builtIn;
    this.clock = clock;
    var all = new ArrayList<PricingSource>(others);
    all.add(builtIn);
    this.sources = List.copyOf(all);
  }

  /** This registry with other prices of the configuration. */
  public PricingRegistry with(PriceTable own) {
    return new PricingRegistry(own, others, builtIn, clock);
  }

  /** The built-in table alone. */
  public static PricingRegistry builtIn() {
    return new PricingRegistry(new PriceTable(CONFIGURATION, List.of()), List.of());
  }

  /**
   * The price of a model at a backend, today.
   *
   * @param provider who bills, as {@link Providers#of} finds it; empty if not known
   * @param local whether the backend is local
   * @param model the model's name at the backend
   */
  public Price priceOf(String provider, boolean local, String model) {
    return priceOf(provider, "", local, model);
  }

  /**
   * The price of a model at a backend in a region, today.
   *
   * @param region the backend's region from {@link Providers#regionOf}; empty if it does not affect
   *     the price
   */
  public Price priceOf(String provider, String region, boolean local, String model) {
    return known(provider, region, local, model).price();
  }

  /** The price of a model at a backend in a region, on a day. Not cached. */
  public Price priceOf(String provider, String region, boolean local, String model, LocalDate day) {
    return lookUp(Providers.canonical(provider), region, local, model, day).price();
  }

  /** The providers that list exactly this model name, sorted. */
  public SortedSet<String> sellersOf(String model) {
    var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    var sellers = new TreeSet<String>();
    for (var source : sources) {
      for (var provider : source.providers()) {
        ask(source, () -> source.priceOf(provider, model, today))
            .filter(price -> price.rule() == Price.Rule.EXACT)
            .ifPresent(_ -> sellers.add(provider));
      }
    }
    return sellers;
  }

  /** Whether the price is still valid; if not, it must be queried again. */
  public boolean isCurrent(Price price) {
    return price.until().equals(LocalDate.MAX) || clock.millis() < Known.millis(price.until());
  }

  /**
   * The model's facts: from the configuration and, unless the backend is local, from the other
   * sources.
   */
  public ModelFacts factsOf(String provider, boolean local, String model) {
    return known(provider, "", local, model).facts();
  }

  /** The number of cached answers. */
  int remembered() {
    return remembered.size();
  }

  private Known known(String provider, String region, boolean local, String model) {
    var key = new Key(provider, region, local, model);
    var known = remembered.get(key);
    return known != null
            && (known.untilMillis() == Long.MAX_VALUE || clock.millis() < known.untilMillis())
        ? known
        : remember(key);
  }

  private Known remember(Key key) {
    var known =
        lookUp(
            Providers.canonical(key.provider()),
            key.region(),
            key.local(),
            key.model(),
            LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
    if (key.model().length() <= LONGEST_REMEMBERED_NAME) {
      if (remembered.mappingCount() >= MOST_REMEMBERED) {
        remembered.clear();
      }
      remembered.put(key, known);
    }
    return known;
  }

  private Known lookUp(String provider, String region, boolean local, String model, LocalDate day) {
    if (local && overrides.isEmpty()) {
      return FREE_HERE;
    }
    var spellings = spellings(provider, region, model);
    // A configured price for one provider does not apply to an unlisted provider.
    var own =
        spellings.stream()
            .filter(name -> provider.isEmpty() || !name.provider().isEmpty())
            .toList();
    var ownFacts = facts(List.of(overrides), own);
    var configured =
        own.stream()
            .flatMap(name -> overrides.priceOf(name.provider(), name.model(), day).stream())
            .findFirst();
    if (local) {
      return Known.of(configured.orElse(FREE_HERE.price()), ownFacts);
    }
    var price =
        configured
            .or(() -> listedPrice(spellings, day))
            .orElseGet(() -> new Price(UNKNOWN, "unknown model", Price.Rule.UNKNOWN, ""));
    return Known.of(
        price.with(whole(price, provider, day).in(region)), ownFacts.or(facts(sources, spellings)));
  }

  /** The pricing, completed by the built-in fees of the provider's tools. */
  private ModelPricing whole(Price price, String provider, LocalDate day) {
    if (price.pricing().isFree() || price.source().equals(BuiltInPrices.NAME)) {
      return price.pricing();
    }
    var tools = builtIn.feesOf(provider, day).ofTools();
    return tools.equals(Fees.NONE)
        ? price.pricing()
        : price.pricing().withFees(own -> own.orOtherKinds(tools));
  }

  private Optional<Price> listedPrice(List<Spelling> spellings, LocalDate day) {
    for (var source : sources) {
      for (var name : spellings) {
        var price = ask(source, () -> source.priceOf(name.provider(), name.model(), day));
        if (price.isPresent()) {
          return price;
        }
      }
    }
    return Optional.empty();
  }

  private static ModelFacts facts(List<PricingSource> sources, List<Spelling> spellings) {
    var facts = ModelFacts.UNKNOWN;
    for (var source : sources) {
      for (var name : spellings) {
        var more = ask(source, () -> Optional.of(source.factsOf(name.provider(), name.model())));
        facts = facts.or(more.orElse(ModelFacts.UNKNOWN));
      }
    }
    return facts;
  }

  private static <T> Optional<T> ask(PricingSource source, Supplier<Optional<T>> question) {
    try {
      return question.get();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "Price source " + source.name() + " failed and is skipped", e);
      return Optional.empty();
    }
  }

  /** The names to look up, each with its provider; the given name comes first. */
  private List<Spelling> spellings(String provider, String region, String model) {
    var spellings = new ArrayList<Spelling>();
    if (!region.isEmpty() && Providers.namesRegions(provider)) {
      spellings.add(new Spelling(provider, region + "/" + model));
    }
    add(spellings, provider, model);
    var biller = provider;
    var rest = model;
    for (int i = 0; i < MOST_SLASHES; i++) {
      int slash = rest.indexOf('/');
      if (slash < 0) {
        break;
      }
      var head = Providers.canonical(rest.substring(0, slash));
      if (isListed(head)) {
        biller = head;
      } else if (!head.equals("models") && !Providers.isKnown(head)) {
        break;
      }
      rest = rest.substring(slash + 1);
      add(spellings, biller, rest);
    }
    return spellings;
  }

  private void add(List<Spelling> spellings, String provider, String model) {
    spellings.add(new Spelling(provider, model));
    if (!provider.isEmpty() && !isListed(provider)) {
      spellings.add(new Spelling("", model));
    }
  }

  /** Whether a source lists the provider, in its one spelling. */
  public boolean isListed(String provider) {
    var listed = listedProviders;
    if (listed == null) {
      var all = new HashSet<String>();
      for (var source : sources) {
        all.addAll(source.providers());
      }
      listed = Set.copyOf(all);
      listedProviders = listed;
    }
    return listed.contains(provider);
  }
}
