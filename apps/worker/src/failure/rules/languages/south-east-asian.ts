import { any } from "../rule.ts";
import type { Phrases } from "./phrases.ts";

/** Vietnamese, Indonesian and Malay. */
export const southEastAsian: Phrases = {
  rate_limited: any`
    quá (?:nhiều|thường xuyên|nhanh).{0,10}(?:yêu cầu|lần|truy cập|thao tác)?
    vượt quá (?:giới hạn|số|hạn mức)
    terlalu (?:banyak|sering|cepat)
    (?:batas|kuota).{0,24}(?:tercapai|terlampaui|habis|permintaan)
    melebihi (?:batas|kuota|had)
    (?:mencapai|melewati|melebihi|melampaui) (?:\S+ )?(?:batas|kuota|had|limit)
  `,
  bot_check: any`
    người máy
    (?:phải|là) (?:robot|bot)\b
    mã (?:xác minh|captcha)
    bukan (?:robot|bot)\b
    (?:aktivitas|lalu lintas) (?:yang )?(?:mencurigakan|tidak biasa)
    (?:xác minh|chứng minh) (?:bạn|rằng bạn) là (?:con )?người
  `,
  geo_blocked: any`
    (?:quốc gia|khu vực|vùng|lãnh thổ|vị trí) (?:của|này|bạn|hiện)
    (?:ngoài|trong) (?:lãnh thổ )?việt nam
    (?:negara|wilayah|lokasi|kawasan|daerah) (?:anda|kamu|ini|mu\b)
    (?:hanya|cuma) (?:tersedia )?(?:di|untuk) (?:indonesia|malaysia|singapura)
    di luar (?:indonesia|malaysia|negeri|wilayah)
  `,
  copyright_blocked: any`
    bản quyền
    chủ sở hữu (?:quyền|nội dung)
    hak cipta
    pemegang hak
    hakcipta
  `,
  not_started: any`
    (?:sẽ|sắp) (?:được )?(?:bắt đầu|phát sóng|phát|công chiếu|ra mắt|có)
    chưa (?:bắt đầu|phát|được phát|ra mắt|sẵn sàng|công chiếu|có sẵn)
    đang (?:được )?(?:xử lý|chuyển mã|kiểm duyệt|chờ|tải lên)
    (?:akan|segera) (?:segera )?(?:dimulai|tayang|tersedia|bermula|mulai|hadir|disiarkan|ditayangkan)
    belum (?:dimulai|tersedia|tayang|bermula|siap|dirilis|mulai|selesai)
    sedang (?:dalam )?(?:diproses|proses|diunggah|ditinjau|disiapkan)
    segera (?:hadir|tayang)
  `,
  live_now: any`
    (?:phát trực tiếp|trực tiếp|livestream|buổi phát|luồng).{0,14}(?:kết thúc|đã dừng)
    (?:ngoại tuyến|không (?:phát )?trực tiếp|không (?:phát sóng|livestream))
    (?:siaran|live|streaming|tayangan).{0,20}(?:berakhir|selesai|tamat)
    (?:tidak sedang|sedang tidak) (?:live|siaran|streaming|menyiarkan)
    sedang offline
  `,
  cookies_stale: any`
    phiên .{0,16}hết hạn
    đăng nhập lại
    sesi .{0,12}(?:berakhir|habis|kedaluwarsa|tamat)
    (?:masuk|login) (?:kembali|lagi|ulang|semula)
  `,
  private: any`
    riêng tư
    (?:video|akun|postingan|konten|profil)(?: ini)?(?: bersifat| adalah)? (?:pribadi|peribadi|privat)
    (?:chỉ|dành cho) bạn bè
    (?:hanya )?(?:untuk|oleh) teman
  `,
  login_required: any`
    đăng (?:nhập|ký)
    (?:thành viên|hội viên|gói cước|trả phí|mua|mật khẩu|thuê bao|vip)(?!\p{L})
    (?:trên 18|18 tuổi|độ tuổi|người lớn)
    (?:silakan |sila |harap )?(?:masuk|login|log masuk|daftar) (?:untuk|dulu|terlebih|ke)
    (?:pelanggan|berlangganan|langganan|anggota|premium|kata sandi|kata laluan|membeli|berbayar)
    (?:batas(?:an)? usia|dewasa|18 tahun|had umur)
  `,
  gone: any`
    (?:bị|được|đã) (?:gỡ|xóa|xoá|ẩn vĩnh viễn)
    không (?:còn )?tồn tại
    không (?:còn )(?:khả dụng|có sẵn|hiệu lực)
    không (?:tìm thấy|thể tìm thấy) (?:video|trang|nội dung|phim|tập|kênh|người dùng|bài)
    (?:video|trang|nội dung|bài viết|phim) không (?:được )?tìm thấy
    (?:telah|sudah|dah) (?:\S+ )?(?:dihapus|dipadam|dihilangkan|ditarik)
    tidak (?:lagi|dapat lagi) (?:tersedia|ada)
    (?:video|halaman|konten|akun|postingan|film|file) (?:\S+ )?(?:tidak|tak) (?:dapat |bisa )?(?:ditemukan|dijumpai)
    (?:sudah )?tidak (?:ada|tersedia) lagi
  `,
  network: any`
    (?:máy chủ|bảo trì|tạm thời|kỹ thuật)
    (?:server|peladen|pelayan) (?:sedang|bermasalah|tidak|error|sibuk|internal)
    kesalahan (?:server|internal|pada server)
    (?:pemeliharaan|penyelenggaraan|gangguan teknis|masalah teknis|sementara)
  `,
  unknown: any`
    thử lại
    (?:coba|cuba) (?:lagi|semula|beberapa)
  `,
};
