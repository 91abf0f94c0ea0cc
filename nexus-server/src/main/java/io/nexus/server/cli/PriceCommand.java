package io.nexus.server.cli;

import io.nexus.config.BackendConfig;
import io.nexus.config.NexusConfig;
import io.nexus.control.money.Item;
import io.nexus.control.money.Price;
import io.nexus.control.money.PriceKind;
import io.nexus.control.money.ServiceTier;
import io.nexus.control.money.Usage;
import io.nexus.control.pricing.PricingRegistry;
import io.nexus.control.pricing.Providers;
import io.nexus.control.routing.Location;
import io.nexus.server.Prices;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nexus price}. */
@Command(
    name = "price",
    description =
        "Print all that a model's requests would be charged, where that stands, and what such a"
            + " request costs.",
    mixinStandardHelpOptions = true,
    subcommands = {
      PriceLineCommand.ListAll.class,
      PriceLineCommand.SetPrices.class,
      PriceLineCommand.Delete.class
    })
final class PriceCommand implements Runnable {

  /** The makers of models, searched first for a name that no backend serves. */
  private static final List<String> MAKERS =
      List.of(
          "openai",
          "anthropic",
          "google",
          "mistral",
          "xai",
          "deepseek",
          "cohere",
          "perplexity",
          "moonshot",
          "zai",
          "minimax",
          "dashscope",
          "meta",
          "ai21",
          "voyage",
          "jina",
          "groq");

  private static final int MOST_SELLERS = 8;

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "The model, or PROVIDER/MODEL. Without it give one of the commands below.")
  private String model = "";

  @Option(names = "--provider", description = "Who bills (default: as the backends that serve it).")
  private String provider = "";

  @Option(names = "--region", description = "Where it is served, if that makes a price.")
  private String region = "";

  @Option(names = "--tier", description = "Show one tier alone, such as priority, flex or batch.")
  private String tier = "";

  @Option(names = "--date", description = "The day of the request (default: today, in UTC).")
  private String date = "";

  @Option(names = "--input", description = "Tokens of the prompt (default: ${DEFAULT-VALUE}).")
  private long input = 1000;

  @Option(names = "--output", description = "Tokens of the answer (default: ${DEFAULT-VALUE}).")
  private long output = 500;

  @Option(names = "--cached", description = "How many of the prompt's are read from the cache.")
  private long cached;

  @Option(names = "--cache-write", description = "How many of the prompt's are written to it.")
  private long cacheWrite;

  @Option(names = "--reasoning", description = "How many of the answer's are reasoning.")
  private long reasoning;

  @Option(
      names = "--use",
      paramLabel = "KIND=N",
      description = "What else is used, such as search=3 or cache_write_1h=500; may be repeated.")
  private Map<String, Long> use = new TreeMap<>();

  @Option(
      names = "--from-ledger",
      description = "With the prices that the admin API has made, which the ledger keeps.")
  private boolean fromLedger;

  @Option(names = "--config", description = "The configuration (default: nexus.toml here, if any).")
  private @Nullable Path config;

  @Spec private CommandSpec spec;

  /** The place where the model would run. */
  private record Place(String provider, String region, boolean local, String model) {}

  @SuppressWarnings("NullAway.Init")
  PriceCommand() {}

  @Override
  public void run() {
    if (model.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "give a MODEL, or a command: list, set or delete");
    }
    if (input < 0 || output < 0 || cached < 0 || cacheWrite < 0 || reasoning < 0) {
      throw new Failure(
          Failure.USAGE,
          "usage: --input, --output, --cached, --cache-write, --reasoning: give numbers from 0 on");
    }
    var used = used();
    var loaded = Configs.load(config, System.getenv(), false, spec.commandLine().getErr()).config();
    var prices =
        fromLedger
            ? LedgerOptions.ask(loaded, books -> Prices.of(loaded, books))
            : Prices.of(loaded);
    for (var place : places(loaded, prices)) {
      print(prices, place, used);
    }
    spec.commandLine().getOut().flush();
  }

  private void print(PricingRegistry prices, Place place, Usage used) {
    var out = spec.commandLine().getOut();
    var day = day();
    var price = prices.priceOf(place.provider(), place.region(), place.local(), place.model(), day);
    var facts = prices.factsOf(place.provider(), place.local(), place.model());
    var text = new PriceText(out);
    text.head(place.model(), place.provider(), price, facts);
    var asked = ServiceTier.of(tier);
    var pricing = price.pricing().served(asked);
    if (asked.isStandard()) {
      text.all(pricing);
    } else {
      if (pricing.equals(price.pricing())) {
        out.printf("tier %s has no prices of its own and costs as the standard one:%n", asked);
        text.tier(ServiceTier.STANDARD, pricing);
      } else {
        text.tier(asked, pricing);
      }
    }
    if (!price.until().equals(LocalDate.MAX)) {
      out.printf("other prices hold from %s on: see --date %s%n", price.until(), price.until());
    }
    out.printf("%s cost %s USD%s%n", usageText(), pricing.cost(used), inTier(asked));
    others(prices, place, price);
  }

  private String usageText() {
    var text = new StringBuilder().append("  ").append(input).append(" tokens in");
    if (cached > 0) {
      text.append(", ").append(cached).append(" of them cached");
    }
    if (cacheWrite > 0) {
      text.append(", ").append(cacheWrite).append(" of them written to the cache");
    }
    text.append(" and ").append(output).append(" out");
    if (reasoning > 0) {
      text.append(", ").append(reasoning).append(" of them reasoning,");
    }
    use.forEach((kind, amount) -> text.append(", ").append(kind).append(' ').append(amount));
    return text.toString();
  }

  private static String inTier(ServiceTier asked) {
    return asked.isStandard() ? "" : " in tier " + asked;
  }

  /** Prints the other sellers of the model, if no provider was given. */
  private void others(PricingRegistry prices, Place place, Price price) {
    if (!provider.isEmpty() || price.isUnknown() || place.local()) {
      return;
    }
    var sellers = prices.sellersOf(place.model());
    sellers.remove(place.provider());
    if (!sellers.isEmpty()) {
      spec.commandLine()
          .getOut()
          .printf(
              "  also at %s: see --provider%n",
              String.join(", ", sellers.stream().limit(MOST_SELLERS).toList())
                  + (sellers.size() > MOST_SELLERS
                      ? " and " + (sellers.size() - MOST_SELLERS) + " more"
                      : ""));
    }
  }

  private Usage used() {
    long writes = cacheWrite;
    var extras = new TreeMap<Item, Long>();
    for (var each : use.entrySet()) {
      try {
        var item = Item.parse(each.getKey());
        extras.put(item, each.getValue());
        // Cache writes for an hour are part of all cache writes, even if not stated.
        writes +=
            cacheWrite == 0 && item.kind().whole() == PriceKind.CACHE_WRITE ? each.getValue() : 0;
      } catch (IllegalArgumentException e) {
        throw new Failure(Failure.USAGE, "usage: --use: " + e.getMessage());
      }
    }
    return new Usage(input, cached, writes, 0, output, reasoning, 0).withExtras(extras);
  }

  private LocalDate day() {
    try {
      return date.isEmpty() ? LocalDate.now(ZoneOffset.UTC) : LocalDate.parse(date);
    } catch (DateTimeParseException e) {
      throw new Failure(
          Failure.USAGE, "usage: --date: " + date + " is not a day: give one such as 2027-01-31");
    }
  }

  /**
   * The places where the model would run: as given, else at the backends that serve it, else at its
   * maker.
   */
  private List<Place> places(NexusConfig loaded, PricingRegistry prices) {
    if (!provider.isEmpty()) {
      return List.of(new Place(Providers.canonical(provider), region, false, model));
    }
    var serving =
        loaded.backends().stream()
            .filter(backend -> backend.models().contains(model))
            .map(this::place)
            .distinct()
            .toList();
    if (!serving.isEmpty()) {
      return serving;
    }
    int slash = model.indexOf('/');
    var head = slash < 0 ? "" : Providers.canonical(model.substring(0, slash));
    if (prices.isListed(head)) {
      return List.of(new Place(head, region, false, model.substring(slash + 1)));
    }
    var anywhere = new Place("", region, false, model);
    return List.of(
        isConfigured(prices, anywhere)
            ? anywhere
            : MAKERS.stream()
                .map(maker -> new Place(maker, region, false, model))
                .filter(place -> !priceOf(prices, place).isUnknown())
                .findFirst()
                .orElse(anywhere));
  }

  private Place place(BackendConfig backend) {
    var biller = Providers.of(backend.provider().orElse(""), backend.type().label(), backend.url());
    return new Place(
        biller,
        region.isEmpty() ? Providers.regionOf(biller, backend.url()) : region,
        backend.location() == Location.LOCAL,
        model);
  }

  private boolean isConfigured(PricingRegistry prices, Place place) {
    var source = priceOf(prices, place).source();
    return source.equals(PricingRegistry.CONFIGURATION) || source.equals(PricingRegistry.ADMIN);
  }

  private Price priceOf(PricingRegistry prices, Place place) {
    return prices.priceOf(place.provider(), place.region(), place.local(), place.model(), day());
  }
}
