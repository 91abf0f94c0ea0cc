package io.nexus.server;

import io.nexus.config.PricingConfig;
import io.nexus.control.money.ModelFacts;
import io.nexus.control.money.ModelFacts.Support;
import io.nexus.control.money.ModelPricing;
import io.nexus.control.pricing.DatedPricing;
import io.nexus.control.pricing.PriceEntry;
import io.nexus.control.pricing.PriceTable;
import io.nexus.control.pricing.PricingRegistry;
import io.nexus.control.pricing.Providers;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The prices that operators set, in the file and by the admin API. */
final class OwnPrices {

  private record Said(PricingConfig config, String source) {}

  private OwnPrices() {}

  /**
   * Merges the lines of both. Of two for the same provider, name and day the admin API's applies;
   * otherwise the one closer to a model's name, as within the file.
   */
  static PriceTable of(List<PricingConfig> file, List<PricingConfig> made) {
    var days = new LinkedHashMap<List<String>, NavigableMap<LocalDate, Said>>();
    file.forEach(line -> add(days, new Said(line, PricingRegistry.CONFIGURATION)));
    made.forEach(line -> add(days, new Said(line, PricingRegistry.ADMIN)));
    return new PriceTable(
        PricingRegistry.CONFIGURATION,
        days.entrySet().stream().map(line -> entry(line.getKey(), line.getValue())).toList());
  }

  private static void add(Map<List<String>, NavigableMap<LocalDate, Said>> days, Said said) {
    var provider = Providers.canonical(said.config.provider().orElse(""));
    days.computeIfAbsent(List.of(provider, said.config.model()), _ -> new TreeMap<>())
        .put(said.config.from().orElse(LocalDate.MIN), said);
  }

  /** The lines for one name, each valid from its day. */
  private static PriceEntry entry(List<String> name, NavigableMap<LocalDate, Said> days) {
    var prices = new TreeMap<LocalDate, ModelPricing>();
    var sources = new TreeMap<LocalDate, String>();
    days.forEach(
        (day, said) -> {
          prices.put(day, said.config.toModelPricing());
          sources.put(day, said.source);
        });
    return PriceEntry.configured(
        name.getFirst(),
        name.getLast(),
        DatedPricing.from(prices, sources),
        facts(days.lastEntry().getValue().config));
  }

  private static ModelFacts facts(PricingConfig pricing) {
    return new ModelFacts(
        pricing.contextWindow().orElse(0L),
        pricing.maxOutputTokens().orElse(0L),
        Support.UNKNOWN,
        Support.UNKNOWN);
  }
}
