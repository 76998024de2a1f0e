package ai.netra.apex.backend.config;

import ai.netra.apex.backend.account.AccountConfig;
import ai.netra.apex.backend.agent.AgentConfig;
import ai.netra.apex.backend.message.MessageConfig;
import ai.netra.apex.backend.model.ModelsConfig;
import ai.netra.apex.backend.redis.RedisConfig;
import ai.netra.apex.backend.run.RunConfig;
import ai.netra.apex.backend.socket.SocketConfig;
import ai.netra.apex.backend.storage.SchemaConfig;
import ai.netra.apex.backend.thread.ThreadConfig;
import ai.netra.apex.backend.usage.UsageConfig;
import ai.netra.apex.database.DatabaseConfig;
import ai.netra.apex.servicekit.HttpServerConfig;
import ai.netra.apex.servicekit.logs.LogLevels;

/** Everything this service was told, one record per concern. */
public record BackendConfig(
        HttpServerConfig http,
        DatabaseConfig database,
        SchemaConfig schema,
        RedisConfig redis,
        AccountConfig account,
        ThreadConfig thread,
        MessageConfig message,
        RunConfig run,
        SocketConfig socket,
        ModelsConfig models,
        AgentConfig agent,
        UsageConfig usage,
        LogLevels logs) {}
