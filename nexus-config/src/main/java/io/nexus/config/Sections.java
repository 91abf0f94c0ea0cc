package io.nexus.config;

/** The whole file, section by section. */
final class Sections {

  private Sections() {}

  static NexusConfig read(TableReader in) {
    // First, because an older spelling of it is in [routing].
    var budget = in.table("budget", BudgetSection::readGlobal);
    var config =
        new NexusConfig(
            in.table("server", ServerSection::read),
            budget,
            in.tables("budgets", table -> BudgetSection.readScoped(table, budget)),
            in.tables("limits", table -> LimitSection.read(table, budget)),
            in.tables("teams", TeamSection::read),
            in.tables("keys", KeySection::read),
            in.table("routing", RoutingSection::read),
            in.table("health_check", HealthCheckSection::read),
            in.tables("backends", BackendSection::read),
            in.tables("pricing", PricingSection::read),
            in.table("pricing_files", PricingSection::readFiles),
            in.table("ledger", LedgerSection::read),
            in.table("log", LogSection::read),
            in.table("otel", TelemetrySection::read),
            in.tables("alerts", AlertSection::read),
            in.tables("spend_sinks", SpendSinkSection::read),
            AccessSection.read(in));
    in.rejectUnknown();
    return config;
  }

  static String write(NexusConfig config) {
    var out = new TomlWriter();
    ServerSection.write(out, config.server());
    BudgetSection.writeGlobal(out, config.budget());
    config.budgets().forEach(budget -> BudgetSection.writeScoped(out, budget));
    config.limits().forEach(limit -> LimitSection.write(out, limit));
    config.teams().forEach(team -> TeamSection.write(out, team));
    config.keys().forEach(key -> KeySection.write(out, key));
    RoutingSection.write(out, config.routing());
    HealthCheckSection.write(out, config.healthCheck());
    config.backends().forEach(backend -> BackendSection.write(out, backend));
    config.pricing().forEach(pricing -> PricingSection.write(out, pricing));
    PricingSection.writeFiles(out, config.pricingFiles());
    LedgerSection.write(out, config.ledger());
    LogSection.write(out, config.log());
    TelemetrySection.write(out, config.telemetry());
    config.alerts().forEach(alert -> AlertSection.write(out, alert));
    config.spendSinks().forEach(sink -> SpendSinkSection.write(out, sink));
    AccessSection.write(out, config.access());
    return out.toString();
  }
}
