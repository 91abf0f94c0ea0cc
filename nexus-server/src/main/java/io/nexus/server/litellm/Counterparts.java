package io.nexus.server.litellm;

import java.util.Map;

/** Alternatives for keys of the proxy without a counterpart. */
final class Counterparts {

  private static final Map<String, String> INSTEAD =
      Map.ofEntries(
          Map.entry("cache", "answers are not kept for other requests"),
          Map.entry("cache_params", "answers are not kept for other requests"),
          Map.entry("caching", "answers are not kept for other requests"),
          Map.entry("callbacks", "GET /metrics is for Prometheus, 'nexus ledger export' for books"),
          Map.entry(
              "success_callback",
              "GET /metrics is for Prometheus, 'nexus ledger export' for books"),
          Map.entry("failure_callback", "GET /metrics counts failures by backend"),
          Map.entry("service_callback", "GET /metrics has what a gateway does"),
          Map.entry(
              "drop_params", "fields pass unchanged; a translation leaves out what it cannot say"),
          Map.entry(
              "additional_drop_params",
              "fields pass unchanged; a translation leaves out what it cannot say"),
          Map.entry("redis_host", "gateways share budgets through PostgreSQL: set [ledger] url"),
          Map.entry("redis_port", "gateways share budgets through PostgreSQL: set [ledger] url"),
          Map.entry(
              "redis_password", "gateways share budgets through PostgreSQL: set [ledger] url"),
          Map.entry("redis_url", "gateways share budgets through PostgreSQL: set [ledger] url"),
          Map.entry(
              "database_url",
              "keys, teams and spend in that database are not read: make keys by 'nexus key create';"
                  + " [ledger] url names a database of the gateway's own"),
          Map.entry("store_model_in_db", "backends are in the file; 'nexus reload' reloads it"),
          Map.entry("environment_variables", "set them where the gateway is started"),
          Map.entry(
              "context_window_fallbacks", "candidates whose window is too small are passed over"),
          Map.entry(
              "content_policy_fallbacks", "a refusal of content goes to the client as it came"),
          Map.entry(
              "enable_pre_call_checks", "windows are always checked before a request is sent"),
          Map.entry(
              "retry_policy", "[routing] max_retries goes for all failures that may be retried"),
          Map.entry(
              "turn_off_message_logging",
              "prompts and answers are never logged in the first place"),
          Map.entry("set_verbose", "see [log]"),
          Map.entry("guardrails", ""),
          Map.entry("weight", "requests go by priority, load and latency: see [routing.weights]"),
          Map.entry("timeout", "[server] request_timeout_seconds goes for all backends"),
          Map.entry("stream_timeout", "[server] request_timeout_seconds goes for all backends"),
          Map.entry("max_retries", "[routing] max_retries goes for all backends"),
          Map.entry("num_retries", "[routing] max_retries goes for all backends"),
          Map.entry("api_version", "the address ends in /openai/v1, which has no versions"),
          Map.entry("mock_response", "'nexus demo' has simulated backends"),
          Map.entry("tags", "requests are routed by model; tags are for budgets and reports"),
          Map.entry("access_groups", "give keys their 'models'"),
          Map.entry("include", "import the files that it names one by one"),
          Map.entry("master_key", ""),
          Map.entry("custom_auth", "give clients [[keys]], or tokens by [[auth.jwt]]"),
          Map.entry("enable_jwt_auth", "see [[auth.jwt]]"),
          Map.entry(
              "default_team_settings",
              "give keys their 'team', and [[budgets]] match = { team = ... }"),
          Map.entry(
              "max_parallel_requests", "'max_concurrent' of backends bounds what is under way"));

  private Counterparts() {}

  /** The alternative; empty if there is none. */
  static String instead(String key) {
    return INSTEAD.getOrDefault(key, "");
  }
}
