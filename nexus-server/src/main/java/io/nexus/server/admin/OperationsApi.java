package io.nexus.server.admin;

import io.nexus.control.limit.Limits;
import io.nexus.control.settings.Settings;
import io.nexus.server.account.Accounts;
import io.nexus.server.backend.BackendRegistry;
import io.nexus.server.backend.HealthChecks;
import io.nexus.server.http.Route;
import io.nexus.server.settings.ControlPlane;
import io.nexus.server.settings.LimitPlane;
import io.nexus.server.settings.PriceLines;
import io.nexus.server.spend.ReportThread;
import java.time.InstantSource;
import java.util.List;

/**
 * The part of the admin API for operations: backends, unanswered requests, prices and limits.
 *
 * @param plane puts limits in force
 * @param prices the lines set by the admin API
 * @param file the file in force
 */
public record OperationsApi(
    Settings settings,
    BackendRegistry registry,
    HealthChecks health,
    Accounts accounts,
    Limits limits,
    LimitPlane plane,
    PriceLines prices,
    ControlPlane file,
    ReportThread books,
    InstantSource clock) {

  private static final String BACKENDS = "/admin/v1/backends";
  private static final String BACKEND = BACKENDS + "/{name}";
  private static final String PRICES = "/admin/v1/prices";
  private static final String PRICE = PRICES + "/{+name}";
  private static final String LIMITS = "/admin/v1/limits";
  private static final String LIMIT = LIMITS + "/{+name}";

  /**
   * Its routes.
   *
   * @param guard who may ask
   */
  public List<Route> routes(AdminKey guard) {
    var edits = new Edits(settings, clock);
    var backends = new BackendAdmin(registry, health, accounts, edits);
    var ofLimits = new LimitAdmin(limits, plane, file, edits, clock);
    var ofPrices = new PriceAdmin(prices, file, edits, clock);
    var forgiving = new ForgiveAdmin(books, edits);
    return List.of(
        guard.route("GET", BACKENDS, backends::list),
        guard.route("GET", BACKEND, backends::show),
        guard.route("GET", LIMITS, ofLimits::list),
        guard.route("POST", LIMITS, ofLimits::create),
        guard.route("GET", LIMIT, ofLimits::show),
        guard.route("PATCH", LIMIT, ofLimits::change),
        guard.route("DELETE", LIMIT, ofLimits::delete),
        guard.route("GET", PRICES, ofPrices::list),
        guard.route("POST", PRICES, ofPrices::create),
        guard.route("GET", PRICE, ofPrices::show),
        guard.route("PATCH", PRICE, ofPrices::change),
        guard.route("DELETE", PRICE, ofPrices::delete),
        guard.route("POST", BACKEND + "/drain", backends::drain),
        guard.route("POST", BACKEND + "/enable", backends::enable),
        guard.route("POST", BACKEND + "/probe", backends::probe),
        guard.route("POST", "/admin/v1/forgive", forgiving::forgive));
  }
}
