import type { Contract } from "../services/contract.ts";
import { downloaderService } from "./contract/downloader-service.ts";
import { Downloader } from "./gen/grpc/v1/downloader_pb.ts";

export const legacyContract: Contract = {
  service: Downloader,
  addTo: (router, context, health) => router.service(Downloader, downloaderService(context, health)),
};
