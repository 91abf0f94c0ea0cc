package io.nexus.config;

import java.util.Map;

/** A configuration that gives every key. */
final class Example {

  static final Map<String, String> ENVIRONMENT =
      Map.of(
          "OPENAI_API_KEY", "sk-upstream-VALUE",
          "NEXUS_KEY_CI", "nx-client-VALUE",
          "NEXUS_ADMIN_KEY", "nx-admin-VALUE",
          "NEXUS_LEDGER_PASSWORD", "pw-VALUE",
          "SLACK_URL", "https://hooks.slack.com/services/T0/B0/VALUE?y=z",
          "HOOK_SECRET", "whsec_VALUE");

  static final String TOML =
      """
      [server]
      host = "127.0.0.1"            # only this machine
      port = 8000
      max_request_bytes = 33554432
      request_timeout_seconds = 300
      shutdown_grace_seconds = 30
      drain_delay_seconds = 5
      trusted_proxies = ["10.0.0.0/8"]
      allow_anonymous = false
      admin_key_env = "NEXUS_ADMIN_KEY"
      tls_cert_file = "tls.crt"
      tls_key_file = "tls.key"
      tls_client_ca_file = "clients.crt"

      [budget]
      monthly_limit = 100.00
      soft_limit_percent = 80
      hard_limit_action = "local-only"
      billing_cycle_start_day = 1
      time_zone = "UTC"
      reconciliation_interval_seconds = 60
      on_error = "open"
      mode = "enforce"
      over_budget_status = 429
      unpriced = "estimate"
      unbounded = "hold"
      min_output_tokens = 64
      default_max_output_tokens = 4096

      [budget.queue]
      max_size = 100
      max_wait_seconds = 30

      [[budgets]]
      name = "research"
      match = { team = "research" }
      limit = 20.00
      window = "monthly"
      soft_limit_percent = 75

      [[budgets]]
      name = "burst"
      limit = 0.5
      window = "90m"
      mode = "shadow"
      hard_limit_action = "queue"
      [budgets.match]
      key = "ci"
      user = "ann"
      session = "s-1"
      tag = "batch"
      model = "gpt-4*"
      provider = "openai"
      backend = "openai"
      [budgets.queue]
      max_size = 5

      [[budgets]]
      name = "everything"
      limit = 50

      [[limits]]
      name = "fair-use"
      requests = 600
      tokens = 2_000_000
      parallel = 20
      window = "1m"
      time_zone = "UTC"
      shared = true
      action = "queue"
      per = "key"
      max_values = 500
      match = { key = "ci" }

      [[budgets]]
      name = "each-job"
      per = "tag:job-"
      max_values = 500
      limit = 2

      [[teams]]
      name = "research"
      limit = 40
      window = "weekly"
      models = ["gpt-*"]
      notes = "since 2026"

      [[keys]]
      name = "ci"
      key_env = "NEXUS_KEY_CI"
      team = "research"
      tags = ["batch"]

      [[keys]]
      name = "ann"
      sha256 = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
      user = "ann"
      former_sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b856"
      former_until = 2027-01-31T12:00:00Z
      models = ["gpt-4o*", "claude-*"]
      apis = ["chat", "embeddings"]
      expires_at = "2030-01-01T00:00:00+01:00"
      disabled = false
      trust_user = true
      may_tag = false
      priority = "high"
      over_budget_status = "402"
      limit = 5.00
      window = "daily"
      notes = "for the batch jobs"

      [routing]
      strategy = "smart"
      max_retries = 2
      [routing.weights]
      priority = 50
      load = 30
      latency = 20
      [routing.aliases]
      "gpt-4" = "llama3:70b"
      "gpt-4.1" = "gpt-4"
      [routing.fallbacks]
      "gpt-4o" = ["llama3:70b"]
      [[routing.policies]]
      model_pattern = "gpt-4*"
      privacy = "restricted"
      min_tier = 2

      [health_check]
      enabled = true
      interval_seconds = 30
      timeout_seconds = 5
      failure_threshold = 3
      recovery_threshold = 2

      [[backends]]
      name = "openai"
      url = "https://api.openai.com/v1"
      timeout_seconds = 60
      ca_file = "ca.crt"
      proxy = "http://proxy.example:3128"
      type = "openai"
      api_key_env = "OPENAI_API_KEY"
      location = "cloud"
      zone = "open"
      priority = 100
      tier = 3
      models = ["gpt-4o", "gpt-4o-mini"]
      max_concurrent = 64
      requests_per_minute = 500
      tokens_per_minute = 30000

      [[backends]]
      name = "ollama"
      url = "http://localhost:11434/v1/"
      type = "ollama"
      provider = "mine"

      [[pricing]]
      model = "gpt-4o*"
      provider = "openai"
      input = 2.50
      cached_input = 1.25
      cache_write = 3.125
      output = 10.00
      reasoning = 12.00
      audio_input = 40
      audio_output = 80
      per_request = 0.0000375
      long_prompt_above = 200000
      long_prompt_input = 5.00
      long_prompt_output = 15.00
      max_output_tokens = 16384
      context_window = 128000

      [pricing_files]
      litellm = "model_prices.json"

      [ledger]
      url = "jdbc:postgresql://db/nexus?user=nexus"
      password_env = "NEXUS_LEDGER_PASSWORD"
      node = "gateway-1"
      keep_days = 400
      lease_ttl_seconds = 45
      max_chunk = 2.5
      journal_max_bytes = 1048576

      [[alerts]]
      name = "slack"
      thresholds = [80, 50, 100]
      budgets = "re*"
      url_env = "SLACK_URL"
      secret_env = "HOOK_SECRET"
      format = "slack"

      [[alerts]]
      name = "hook"
      url = "https://hooks.example.com/nexus"

      [otel]
      enabled = true
      endpoint = "http://collector:4318/otlp"
      service_name = "gateway"
      traces = true
      metrics = false
      sample_percent = 10
      metric_interval_seconds = 15
      [otel.headers]
      X-Tenant = "nexus"
      X-Token_env = "HOOK_SECRET"

      [[spend_sinks]]
      name = "lines"
      type = "file"
      path = "nexus-data/spend.jsonl"
      max_bytes = 1048576
      max_files = 3

      [[spend_sinks]]
      name = "billing"
      type = "webhook"
      url = "https://billing.example.com/nexus"
      secret_env = "HOOK_SECRET"
      batch_size = 100
      interval_seconds = 0
      backlog_max_bytes = 1048576

      [[spend_sinks]]
      name = "queue"
      type = "kafka"
      [spend_sinks.options]
      topic = "spend"
      password_env = "HOOK_SECRET"
      """;

  private Example() {}

  /** Loads a text that must be valid. */
  static ConfigResult.Loaded loaded(String toml, Map<String, String> environment) {
    return switch (ConfigLoader.load("nexus.toml", toml, environment, true)) {
      case ConfigResult.Loaded loaded -> loaded;
      case ConfigResult.Invalid invalid -> throw new AssertionError(invalid.problems().toString());
    };
  }

  /** The problems of a text, one a line; empty if there are none. */
  static String problems(String toml, Map<String, String> environment) {
    return switch (ConfigLoader.load("nexus.toml", toml, environment, true)) {
      case ConfigResult.Loaded _ -> "";
      case ConfigResult.Invalid invalid ->
          String.join("\n", invalid.problems().stream().map(ConfigProblem::toString).toList());
    };
  }
}
